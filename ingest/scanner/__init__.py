"""Scanners, as an option: sheets of a feeder or a glass become page files in a folder, which is then received as any other.

`scanimage` of SANE drives them: everything that SANE has a driver for, and by sane-airscan every network scanner that speaks
eSCL (AirScan). Nothing of the office is opened here.
"""

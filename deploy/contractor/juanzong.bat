@echo off
rem The verbs check, repair and rules on a command line, with the bundle's own Python.
setlocal DisableDelayedExpansion
chcp 65001 >nul
"%~dp0python\python.exe" -X utf8 -c "from cli.main import run; run()" %*
exit /b %ERRORLEVEL%

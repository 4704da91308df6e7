@echo off
chcp 65001 >nul
setlocal DisableDelayedExpansion
title 卷宗 数字化质量检测
set "TARGET=%~1"
if not defined TARGET (
  echo.
  echo  把要检测的文件夹拖到 check.bat 的图标上，就会开始检测。
  echo  也可以在这里输入或粘贴文件夹的位置，再按回车：
  echo.
  set /p "TARGET= > "
)
if not defined TARGET exit /b 2
set "TARGET=%TARGET:"=%"
if "%TARGET:~-1%"=="\" set "TARGET=%TARGET:~0,-1%"
if "%TARGET:~-1%"==":" set "TARGET=%TARGET%\."
set "REPORT=%TARGET%-检测报告"
echo.
echo  正在检测 "%TARGET%"
echo  扫描件只读不改。中途可按 Ctrl+C 停下，下次再检测同一文件夹会接着做。
echo.
"%~dp0python\python.exe" -X utf8 -c "from cli.main import run; run()" check "%TARGET%" --report "%REPORT%.html" --report "%REPORT%.xlsx"
set "RESULT=%ERRORLEVEL%"
echo.
if "%RESULT%"=="0" echo  检测完成，没有不合格。报告 "%REPORT%.html"
if "%RESULT%"=="1" echo  检测完成，有不合格的页。报告 "%REPORT%.html"
if "%RESULT%"=="2" echo  没有做成，原因见上。扫描件没有改动。
if "%RESULT%"=="130" echo  已停下。再次检测同一文件夹会接着做。
if "%RESULT%"=="0" start "" "%REPORT%.html"
if "%RESULT%"=="1" start "" "%REPORT%.html"
echo.
pause
exit /b %RESULT%

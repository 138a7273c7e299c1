#!/usr/bin/env bash
# What the tests of the page need beyond Python: Debian's Chromium and axe-core. Without them those tests are skipped,
# and say so.
set -u
cd "$(dirname "$0")"
if ! command -v chromium >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "installing chromium for the tests of the page"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >/dev/null 2>&1 ||
    echo "chromium could not be installed: the tests of the page will be skipped"
fi
if [ ! -d node_modules/axe-core ] && command -v npm >/dev/null 2>&1; then
  npm install --silent --no-save --no-package-lock --no-audit --no-fund --prefix . axe-core@4 >/dev/null 2>&1 ||
    echo "axe-core could not be installed: the accessibility test will be skipped"
fi
exit 0

#!/usr/bin/env bash
. "$(dirname "${BASH_SOURCE[0]}")/support/explore.sh"
holds life_lock
breaks life_lock ONE_LONG_SLEEP

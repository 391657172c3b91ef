#!/usr/bin/env bash
. "$(dirname "${BASH_SOURCE[0]}")/support/explore.sh"
holds slots
breaks slots ONLY_LOOKS LIFE_LOCK_FIRST NOT_RECOVERED GROWS_BLINDLY \
  PUBLISHED_FIRST

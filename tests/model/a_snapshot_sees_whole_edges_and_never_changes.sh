#!/usr/bin/env bash
. "$(dirname "${BASH_SOURCE[0]}")/support/explore.sh"
holds snapshot_drain
breaks snapshot_drain EPOCH_BEFORE_LOCKS NO_DRAIN LOCKED_WITHOUT_FENCE \
  WORD_BEFORE_EPOCH SAVED_LATE REGISTERED_LATE EPOCH_READ_FIRST

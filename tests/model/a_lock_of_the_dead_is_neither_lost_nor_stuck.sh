#!/usr/bin/env bash
. "$(dirname "${BASH_SOURCE[0]}")/support/explore.sh"
holds vertex_lock
breaks vertex_lock UNLOCK_FIRST RECOVERY_FREES_FIRST FREES_ONE_END \
  FREES_ONLY_THE_BUSY IDLE_FIRST NO_COMMIT NOT_CONSISTENT ENDS_LATE \
  REDO_ADDS NO_TIMEOUT

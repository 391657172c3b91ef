#!/usr/bin/env bash
. "$(dirname "${BASH_SOURCE[0]}")/support/explore.sh"
holds pins
holds pins NO_SECOND_LOOK
breaks pins STAMP_FIRST READY_IS_TAIL EQUAL_IS_YOUNGER PIN_NOT_FENCED GRACE_NOT_LOCKED

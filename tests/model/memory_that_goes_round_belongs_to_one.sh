#!/usr/bin/env bash
. "$(dirname "${BASH_SOURCE[0]}")/support/explore.sh"
holds exchange
breaks exchange NOT_MARKED NOT_SETTLED NOT_ASKED UNMARKED_BEFORE_APPLIED \
  MARKS_LEFT APPLIED_FIRST

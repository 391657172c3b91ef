#!/usr/bin/env bash
. "$(dirname "${BASH_SOURCE[0]}")/support/explore.sh"
holds publish
breaks publish RELAXED NO_ACQUIRE WORD_FIRST COPY_LATE REMOVE_IN_PLACE

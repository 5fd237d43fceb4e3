#!/usr/bin/env bash
# Prints, as Markdown, what the checked-out commit changes in the templates of prod against another commit. Needs no AWS account.
# Usage: .github/template-diff.sh <commit>
set -euo pipefail
base=${1:?the commit to compare with}
work=$(mktemp -d)
trap 'git worktree remove --force "$work/base" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

templates() { # <directory of the project> <where to>
  (cd "$1" && npm ci --no-audit --no-fund --silent && STORYGATE_STAGE=prod npm run --silent synth -- >&2 && cp -r cdk.out "$2")
}

git worktree add --quiet --detach "$work/base" "$base"
templates "$PWD" "$work/after"
templates "$work/base" "$work/before"

echo '### Templates of prod'
for after in "$work"/after/*.template.json; do
  name=$(basename "$after")
  before="$work/before/$name"
  [ -f "$before" ] || { before="$work/empty.json"; echo '{"Resources":{}}' > "$before"; }
  stack=${name%.template.json}
  diff=$(NO_COLOR=1 npx cdk diff --app "$work/after" --template "$before" --no-notices "$stack" 2>&1 || true)
  printf '\n<details><summary><code>%s</code></summary>\n\n```\n%s\n```\n\n</details>\n' "$stack" "${diff:0:15000}"
done

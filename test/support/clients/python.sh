#!/bin/sh
# Generates a Python client from the document of a server and walks through the API with it:
#   sh test/support/clients/python.sh http://127.0.0.1:8080 clip.mp4
# Needs Python 3 and pip; what it installs and generates goes into a temporary folder.
set -e
here=$(cd "$(dirname "$0")" && pwd)
url=${1:?name the server and a clip, as in: sh $0 http://127.0.0.1:8080 clip.mp4}
clip=$(realpath "${2:?name a clip to upload, after the server}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv tools
tools/bin/pip install --quiet openapi-python-client==0.29.1 ruff
PATH="$work/tools/bin:$PATH"
openapi-python-client generate --url "$url/swagger/json" --output-path client --fail-on-warning
PYTHONPATH="$work/client" python "$here/walk.py" "$url" "$clip"

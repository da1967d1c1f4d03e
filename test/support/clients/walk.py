"""Walks through the API with a generated client: see python.sh."""

import importlib
import pkgutil
import secrets
import sys

import douyin_client
import douyin_client.api
from douyin_client import AuthenticatedClient, Client
from douyin_client import models as m
from douyin_client.types import File

url, clip = sys.argv[1:]

# Each operation is a module in the package of its group, whose name is that of the page's language.
operations = {
    found.name.split(".")[-1]: importlib.import_module(found.name)
    for found in pkgutil.walk_packages(douyin_client.api.__path__, "douyin_client.api.")
    if not found.ispkg
}


def call(name, client, **arguments):
    """The fields of a response that must be a success."""
    response = operations[name].sync(client=client, **arguments)
    answer = response.to_dict()
    assert answer["status_code"] == 0, (name, answer)
    return answer


def enter(name):
    """Registers somebody: their id, and a client that speaks for them."""
    body = m.UserRegisterBody(username=name, password=secrets.token_urlsafe(12))
    registered = call("post_user_register", Client(base_url=url), body=body)
    return registered["user_id"], AuthenticatedClient(base_url=url, token=registered["token"])


suffix = secrets.token_hex(4)
alice, as_alice = enter(f"alice-{suffix}")
bob, as_bob = enter(f"bob-{suffix}")

with open(clip, "rb") as payload:
    upload = m.PublishActionBody(title="by Python", data=File(payload=payload, file_name="a.mp4"))
    call("post_publish_action", as_alice, body=upload)
feed = call("get_feed", as_bob)["video_list"]
[video] = [one["id"] for one in feed if one["author"]["id"] == alice]

like = m.FavoriteActionBody.from_dict({"video_id": video, "action_type": 1})
call("post_favorite_action", as_bob, body=like)
assert call("get_favorite_list", as_bob, user_id=bob)["video_list"][0]["is_favorite"]
comment = m.CommentActionBody.from_dict(
    {"video_id": video, "action_type": 1, "comment_text": "拍得真好"}
)
written = call("post_comment_action", as_bob, body=comment)["comment"]
listed = call("get_comment_list", as_alice, video_id=video)["comment_list"]
assert [one["id"] for one in listed] == [written["id"]]

follow = m.RelationActionForm.from_dict({"to_user_id": alice, "action_type": 1})
call("post_relation_action", as_bob, body=follow)
message = m.MessageActionBody.from_dict(
    {"to_user_id": alice, "action_type": 1, "content": "在吗"}
)
call("post_message_action", as_bob, body=message)
chat = call("get_message_chat", as_alice, to_user_id=bob)["message_list"]
assert [one["content"] for one in chat] == ["在吗"]
print("walked from registering to chatting")

"""A member with a client that is not moot's library: matrix-nio with libolm.

Reads one JSON object a line from standard input, {"id": 1, "do": "say", ...}, and answers each with
{"id": 1, "answer": ...} or {"id": 1, "error": "..."} on standard output.
"""

import asyncio
import json
import logging
import sys

from nio import AsyncClient, AsyncClientConfig, LoginError, MegolmEvent
from nio.crypto.attachments import decrypt_attachment

logging.disable(logging.CRITICAL)


class Member:
    def __init__(self):
        self.client = None
        self.seen = {}
        self.held = None

    async def login(self, url, user, password, store):
        config = AsyncClientConfig(encryption_enabled=True, store_sync_tokens=True)
        self.client = AsyncClient(url, user, store_path=store, config=config)
        answer = await self.client.login(password, device_name="nio")
        if isinstance(answer, LoginError):
            raise RuntimeError(answer.message)
        self.client.add_event_callback(self.note, (object,))
        self.send = self.client._send
        self.client._send = self.send_or_hold
        await self.client.sync(timeout=0, full_state=True)
        await self.settle_keys()
        asyncio.ensure_future(self.follow())
        return {"user": self.client.user_id, "device": self.client.device_id}

    async def follow(self):
        while True:
            await self.client.sync(timeout=1000)
            await self.settle_keys()

    async def settle_keys(self):
        """What the client's own loop would do."""
        if self.client.should_upload_keys:
            await self.client.keys_upload()
        if self.client.should_query_keys:
            await self.client.keys_query()
        await self.client.send_to_device_messages()

    def note(self, room, event):
        # What an invite shows of a room has no id.
        if hasattr(event, "event_id"):
            self.seen.setdefault(room.room_id, {})[event.event_id] = event

    async def send_or_hold(self, kind, method, path, data=None, response_data=None, *rest, **more):
        if self.held is None or "/sendToDevice/" not in path:
            return await self.send(kind, method, path, data, response_data, *rest, **more)
        self.held.append((kind, method, path, data, response_data))
        return kind.from_dict({}, *(response_data or ()))

    async def knows(self, room, user):
        """Whether the client would encrypt for somebody in the room."""
        found = self.client.rooms.get(room)
        members = found.users if found is not None else {}
        return user in members and any(self.client.device_store.active_user_devices(user))

    async def hold_keys(self):
        """From now on the keys of what is said stay here."""
        self.held = []

    async def release_keys(self):
        held, self.held = self.held, None
        for each in held:
            await self.send(*each)
        return len(held)

    async def send_event(self, room, type, content):
        answer = await self.client.room_send(room, type, content, ignore_unverified_devices=True)
        if not hasattr(answer, "event_id"):
            raise RuntimeError(str(answer))
        return answer.event_id

    async def new_key(self, room):
        """The next thing said in the room has a key of its own."""
        self.client.olm.outbound_group_sessions.pop(room, None)

    async def sees(self, room):
        """All of the room, oldest first, each as this client reads it."""
        events = sorted(self.seen.get(room, {}).values(), key=lambda one: one.server_timestamp)
        return [self.shown(room, one) for one in events]

    def shown(self, room, event):
        if isinstance(event, MegolmEvent):
            try:
                event = self.client.decrypt_event(event)
                self.seen[room][event.event_id] = event
            except Exception as problem:
                return {"event": event.event_id, "sender": event.sender, "unreadable": str(problem)}
        return {
            "event": event.event_id,
            "sender": event.sender,
            "type": event.source.get("type"),
            "content": event.source.get("content", {}),
            "encrypted": bool(getattr(event, "decrypted", False)),
        }

    async def load(self, file):
        """The content of a file that somebody encrypted."""
        server, media = file["url"][len("mxc://"):].split("/")
        path = "/_matrix/client/v1/media/download/%s/%s" % (server, media)
        headers = {"Authorization": "Bearer " + self.client.access_token}
        async with self.client.client_session.get(self.client.homeserver + path, headers=headers) as answer:
            sealed = await answer.read()
        return decrypt_attachment(
            sealed, file["key"]["k"], file["hashes"]["sha256"], file["iv"]
        ).decode("utf-8")

    async def devices(self, user):
        """The devices of somebody, as this client knows them, with their keys."""
        self.client.olm.users_for_key_query.add(user)
        await self.client.keys_query()
        return {
            device.id: {"ed25519": device.ed25519, "curve25519": device.curve25519}
            for device in self.client.device_store.active_user_devices(user)
        }


async def main():
    member = Member()
    reader = asyncio.StreamReader(limit=2**24)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        asked = json.loads(line)
        number, act = asked.pop("id"), asked.pop("do")
        try:
            answer = {"answer": await getattr(member, act)(**asked)}
        except Exception as problem:
            answer = {"error": "%s: %s" % (type(problem).__name__, problem)}
        print(json.dumps({"id": number, **answer}), flush=True)


asyncio.run(main())

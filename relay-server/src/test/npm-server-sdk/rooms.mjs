// A back end on livekit-server-sdk: node rooms.mjs URL KEY SECRET ROOM. Calls each method of the room service. Says `created`
// once there is a room for ann and bob to join, and then after each step what it has done, and `done`; waits after each of
// those for a line on standard input.
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { DataPacket_Kind, RoomServiceClient, TrackType } from 'livekit-server-sdk';

const [url, key, secret, room] = process.argv.slice(2);
const service = new RoomServiceClient(url, key, secret);
const orders = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = async (words) => {
  process.stdout.write(words + '\n');
  await orders.next();
};
const fails = (call, status, code) =>
  assert.rejects(call, (error) => {
    assert.equal(error.status, status, error.message);
    assert.equal(error.code, code);
    return true;
  });

const options = { name: room, emptyTimeout: 600, departureTimeout: 60, maxParticipants: 10, metadata: 'agenda' };
const made = await service.createRoom(options);
assert.equal(made.name, room);
assert.equal(made.emptyTimeout, 600);
assert.equal(made.departureTimeout, 60);
assert.equal(made.maxParticipants, 10);
assert.equal(made.metadata, 'agenda');
assert.equal((await service.createRoom(options)).sid, made.sid);
await say('created');

const listed = await service.listRooms([room]);
assert.deepEqual(listed.map((each) => each.sid), [made.sid]);
assert.equal(listed[0].numParticipants, 2);
assert.ok((await service.listRooms()).some((each) => each.name === room));
const participants = await service.listParticipants(room);
assert.deepEqual(participants.map((each) => each.identity).sort(), ['ann', 'bob']);
const ann = await service.getParticipant(room, 'ann');
assert.equal(ann.tracks.length, 2);
await fails(service.getParticipant(room, 'nobody'), 404, 'not_found');
const audio = ann.tracks.find((track) => track.type === TrackType.AUDIO);
const video = ann.tracks.find((track) => track.type === TrackType.VIDEO);
await say('listed');

assert.equal((await service.updateRoomMetadata(room, 'late')).metadata, 'late');
await service.sendData(room, new TextEncoder().encode('to all'), DataPacket_Kind.RELIABLE, { topic: 'queue' });
await service.sendData(room, new TextEncoder().encode('to bob'), DataPacket_Kind.LOSSY, { destinationIdentities: ['bob'] });
await say('sent');

assert.equal((await service.mutePublishedTrack(room, 'ann', audio.sid, true)).muted, true);
await fails(service.mutePublishedTrack(room, 'ann', audio.sid, false), 412, 'failed_precondition');
await fails(service.mutePublishedTrack(room, 'ann', 'TR_none', true), 404, 'not_found');
await say('muted');

const updated = await service.updateParticipant(room, 'ann', { name: 'Ann', metadata: 'in the queue', attributes: { place: '3' } });
assert.equal(updated.name, 'Ann');
assert.equal(updated.metadata, 'in the queue');
assert.deepEqual({ ...updated.attributes }, { place: '3' });
assert.deepEqual({ ...(await service.updateParticipant(room, 'ann', { attributes: { place: '' } })).attributes }, {});
await say('updated');

await service.updateSubscriptions(room, 'bob', [video.sid], false);
await say('unsubscribed');
await service.updateSubscriptions(room, 'bob', [video.sid], true);
await say('subscribed');

const permission = { canSubscribe: false, canPublish: true, canPublishData: true };
assert.equal((await service.updateParticipant(room, 'bob', { permission })).permission.canSubscribe, false);
await say('forbidden');

await fails(service.forwardParticipant(room, 'bob', 'elsewhere'), 501, 'unimplemented');
await fails(service.moveParticipant(room, 'bob', 'elsewhere'), 501, 'unimplemented');
await fails(new RoomServiceClient(url, key, secret + 'x').listRooms(), 401, 'unauthenticated');
await service.removeParticipant(room, 'bob');
await say('removed');

await service.deleteRoom(room);
assert.deepEqual(await service.listParticipants(room), []);
assert.deepEqual(await service.listRooms([room]), []);
await fails(service.deleteRoom(room), 404, 'not_found');
await say('done');
process.exit(0);

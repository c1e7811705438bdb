// A room of one's own, for an app that uses a LiveKit client SDK: npm install livekit-server-sdk
//   RELAY_URL, RELAY_KEY, RELAY_SECRET
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';

const { RELAY_URL: url, RELAY_KEY: key, RELAY_SECRET: secret } = process.env;
const rooms = new RoomServiceClient(url, key, secret);

const name = process.env.ROOM ?? `visit-${Date.now()}`;
const room = await rooms.createRoom({ name, emptyTimeout: 600, maxParticipants: 4 });
console.log(`room: ${room.name}`);

// What the app hands to its client: who they are, which room, for how long.
const token = new AccessToken(key, secret, { identity: 'dr-jones', name: 'Dr Jones', ttl: '15m' });
token.addGrant({ roomJoin: true, room: name });
console.log(`token: ${await token.toJwt()}`);

console.log(`rooms: ${(await rooms.listRooms()).map((each) => each.name).join(' ')}`);
await rooms.deleteRoom(name);
console.log('deleted');

// Hears what happens in rooms: npm install livekit-server-sdk
//   RELAY_KEY, RELAY_SECRET: the key that signs, webhooks.apiKey of the relay; PORT
import { createServer } from 'node:http';
import { WebhookReceiver } from 'livekit-server-sdk';

const receiver = new WebhookReceiver(process.env.RELAY_KEY, process.env.RELAY_SECRET);
// An event may come twice, after a broken connection: its id tells.
const seen = new Set();

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', async () => {
    try {
      // The signature is over the very bytes: never parse and write them again before.
      const body = Buffer.concat(parts).toString('utf8');
      const event = await receiver.receive(body, request.headers.authorization);
      if (!seen.has(event.id)) {
        seen.add(event.id);
        console.log(`${event.event} ${event.room?.name ?? ''} ${event.participant?.identity ?? ''}`.trim());
      }
      response.writeHead(200).end();
    } catch (problem) {
      console.error(`refused: ${problem.message}`);
      response.writeHead(401).end();
    }
  });
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`listening on ${server.address().port}`);
});

// A back end on livekit-server-sdk: node webhook-receiver.mjs KEY SECRET [PORT]. Takes webhooks, has the SDK verify each, and
// says on standard output what came, one line each: `event ROOM NAME WHO TRACK ID` or `refused WHY`; first of all `port PORT`.
import { createServer } from 'node:http';
import { WebhookReceiver } from 'livekit-server-sdk';

const [key, secret, port] = process.argv.slice(2);
const receiver = new WebhookReceiver(key, secret);

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', async () => {
    try {
      if (request.headers['content-type'] !== 'application/webhook+json') {
        throw new Error(`content type ${request.headers['content-type']}`);
      }
      const body = Buffer.concat(parts).toString('utf8');
      const event = await receiver.receive(body, request.headers.authorization);
      console.log(
        ['event', event.room.name, event.event, event.participant?.identity ?? '-', event.track?.source ?? '-', event.id].join(' '),
      );
      response.writeHead(200).end();
    } catch (error) {
      console.log(`refused ${error.message}`);
      response.writeHead(401).end();
    }
  });
});
server.listen(Number(port ?? 0), '127.0.0.1', () => console.log(`port ${server.address().port}`));

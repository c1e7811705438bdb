/*
 * Words that are easy to say, hear and tell apart on a bad line. A secret's fingerprint is read out as four of them: who hears
 * the same words has the same secret, and nobody in between has another one (one chance in four thousand million).
 */
const WORDS = (
  'acorn actor album amber angle anvil apple april apron arrow atlas attic autumn badge bagel baker ' +
  'bamboo banjo barn basil basket beach beacon bean beaver bell bench berry bishop bison blanket bottle ' +
  'bramble bread brick bridge broom bucket bugle butter button cabin cactus camel candle canoe canyon carpet ' +
  'carrot castle cedar cello chain chalk cherry chess chimney cider cinema circle circus clay clock cloud ' +
  'clover coach cobble cocoa comet copper coral cotton cradle crane crayon cricket crown crystal cuckoo curtain ' +
  'daisy dancer desert diamond dinner dolphin donkey dragon drum eagle easel echo elbow ember engine envelope ' +
  'fabric falcon farmer feather fence fern ferry fiddle field finger flag flame flute forest fountain fox ' +
  'galaxy garden garlic garnet gate ginger giraffe glacier globe glove goat goose grape guitar hammer harbour ' +
  'harp hazel hedge helmet heron hill honey hoop horse hotel igloo iron island ivory ivy jacket ' +
  'jasmine jelly jewel jigsaw jungle kettle kitten ladder lantern lemon leopard library lily lion lizard lobster ' +
  'locket magnet maple marble market meadow melon mirror mitten monkey moon mountain muffin museum mustard napkin ' +
  'needle nest nettle north nutmeg oak oasis ocean olive onion opera orange orchard otter oven owl ' +
  'oyster paddle palace panda paper parade parrot pasta peach peanut pebble pencil pepper piano picnic pigeon ' +
  'pillow pilot planet plum pocket pony poppy potato pumpkin puppet puzzle quartz queen quilt rabbit radio ' +
  'rainbow raven ribbon river robin rocket rose saddle salmon sandal school season shadow silver spider spoon ' +
  'sugar summer sunset tablet tailor teapot temple thunder tiger timber tomato trumpet tulip turtle valley violin'
).split(' ');

const SPOKEN = 4;

/** The words for a secret; the same for everybody who has it, and useless for finding it out. */
export async function wordsFor(secret) {
  // Another purpose than the media keys', so another hash than theirs.
  const text = new TextEncoder().encode(`consult words ${secret}`);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
  return Array.from(digest.slice(0, SPOKEN), (byte) => WORDS[byte % WORDS.length]).join(' ');
}

/** How many words there are to choose from, for tests. */
export const WORD_COUNT = new Set(WORDS).size;

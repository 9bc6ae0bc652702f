// AssemblyScript: compiled to WebAssembly by `npm run generate`, into ../band-kernel.ts. As ../band-index.ts with a
// ../band-table.ts a band, in one memory that grows in place.
//
// A table is a multimap from u32 to u32: slots of [key, record], no key and the record 0 in an empty one. Linear probing from the start of a
// key's bucket to the first empty slot, the last slot followed by the first. Buckets follow the order of the keys, so that growing
// reads and writes from left to right. All tables have the same size and lie one behind the other.

/** A bucket is a cache line: mostly the only one that a look-up reads. */
const bucketBytes: usize = 64;
const slotBytes: usize = 8;
const bucketSlots: usize = bucketBytes / slotBytes;
/** A bit for each. */
const allTaken: i32 = 0xff;
const initialBuckets: u32 = 512;
/** Up to here tables double; larger ones grow by a third, so that they never take much more than they need. */
const smallBytes: usize = 1 << 24;
const pageBytes: usize = 65_536;

/** Slots of a bucket that may be taken on average, times 10: 85 %. */
const takenInTenBuckets: u64 = 68;

let bands: usize = 0;
let mostPerKey: u32 = 0;

/**
 * The record at hand, which the host reads and writes: its number and its keys, u32, and a byte for each band, 1 where the record is in the
 * band's table, or shall be.
 */
let holder: usize = 0;
let keys: usize = 0;
let present: usize = 0;

/** The records met in the last look-up, each with its band, u32: at most {@link mostPerKey} a band. */
let met: usize = 0;

/** Of the last look-up: where the record would go in each table; 0 where it would not, because its key has the most. */
let places: usize = 0;

let tables: usize = 0;
let tableBytes: usize = 0;
let buckets: u32 = 0;
let records: u32 = 0;
let mostRecords: u32 = 0;

/** What was read first; kept so that the reading is not optimised away. */
export let lastRead: u32 = 0;

/** Called once, before all others. */
export function setUp(bandCount: i32, most: i32): void {
  bands = <usize>bandCount;
  mostPerKey = <u32>most;
  holder = aligned(__heap_base);
  keys = holder + 4;
  present = keys + 4 * bands;
  places = aligned(present + bands);
  met = places + 4 * bands;
  tables = aligned(met + 8 * bands * <usize>mostPerKey);
  resize(initialBuckets);
}

export function addressOfHolder(): usize {
  return holder;
}

export function addressOfMet(): usize {
  return met;
}

/** Makes empty tables large enough for so many records, and a little more. */
export function reserve(count: u32): void {
  const enough = <u32>((<f64>count * 10 * 1.22) / <f64>takenInTenBuckets) + 1;
  if (enough > buckets) resize(enough);
}

/** Finds the records under the keys, and where a new one would go; gives how many were met. */
export function lookUp(): i32 {
  touch();
  let found = met;
  let table = tables;
  for (let band: usize = 0; band < bands; band++) {
    const key = load<u32>(keys + (band << 2));
    const end = table + tableBytes;
    let bucket = <usize>load<u32>(places + (band << 2));
    let place: usize = 0;
    let equal: u32 = 0;
    for (;;) {
      // A bit for each slot: of a look-up that meets nobody nothing depends on how many are taken, which cannot be guessed.
      const taken = takenBits(bucket);
      let equals = keyBits(bucket, key) & taken;
      while (equals != 0) {
        const at = bucket + <usize>ctz(equals) * slotBytes;
        if (equal < mostPerKey) {
          store<u32>(found, load<u32>(at, 4));
          store<u32>(found, <u32>band, 4);
          found += 8;
          equal++;
        }
        equals &= equals - 1;
      }
      if (taken != allTaken) {
        place = bucket + <usize>popcnt(taken) * slotBytes;
        break;
      }
      bucket = bucketAfter(bucket, table, end);
    }
    store<u32>(places + (band << 2), equal < mostPerKey ? <u32>place : 0);
    table = end;
  }
  return <i32>((found - met) >> 3);
}

/** Of a bucket's slots a bit each, the first the lowest: whether it is taken. They are taken from the first on, without a gap. */
// @ts-ignore: decorator
@inline
function takenBits(bucket: usize): i32 {
  const zero = i32x4.splat(0);
  const a = v128.load(bucket, 0);
  const b = v128.load(bucket, 16);
  const c = v128.load(bucket, 32);
  const d = v128.load(bucket, 48);
  const ab = i32x4.ne(v128.shuffle<i32>(a, b, 1, 3, 5, 7), zero);
  const cd = i32x4.ne(v128.shuffle<i32>(c, d, 1, 3, 5, 7), zero);
  return i32x4.bitmask(ab) | (i32x4.bitmask(cd) << 4);
}

/** Whether the slot's key is this one. */
// @ts-ignore: decorator
@inline
function keyBits(bucket: usize, key: u32): i32 {
  const sought = i32x4.splat(key);
  const a = v128.load(bucket, 0);
  const b = v128.load(bucket, 16);
  const c = v128.load(bucket, 32);
  const d = v128.load(bucket, 48);
  const ab = i32x4.eq(v128.shuffle<i32>(a, b, 0, 2, 4, 6), sought);
  const cd = i32x4.eq(v128.shuffle<i32>(c, d, 0, 2, 4, 6), sought);
  return i32x4.bitmask(ab) | (i32x4.bitmask(cd) << 4);
}

/** Inserts the record under its keys, which are those looked up last, and says in `present` into which tables. Nothing has changed since. */
export function insert(): void {
  const record = load<u32>(holder);
  if (records >= mostRecords) {
    grow();
    lookUp();
  }
  for (let band: usize = 0; band < bands; band++) {
    const at = <usize>load<u32>(places + (band << 2));
    if (at != 0) store<u64>(at, slotOf(load<u32>(keys + (band << 2)), record));
    store<u8>(present + band, at != 0);
  }
  records++;
}

/** Puts the record under its keys in the tables where it is `present`. */
export function put(): void {
  const record = load<u32>(holder);
  if (records >= mostRecords) grow();
  touch();
  let table = tables;
  for (let band: usize = 0; band < bands; band++) {
    const end = table + tableBytes;
    if (load<u8>(present + band) != 0) {
      let bucket = <usize>load<u32>(places + (band << 2));
      let taken = takenBits(bucket);
      while (taken == allTaken) {
        bucket = bucketAfter(bucket, table, end);
        taken = takenBits(bucket);
      }
      const at = bucket + <usize>popcnt(taken) * slotBytes;
      store<u64>(at, slotOf(load<u32>(keys + (band << 2)), record));
    }
    table = end;
  }
  records++;
}

/** Removes the record from the tables where it is `present`. Gives the first band where it is not, after all; −1 when there is none. */
export function remove(): i32 {
  const record = load<u32>(holder);
  touch();
  let table = tables;
  for (let band: usize = 0; band < bands; band++) {
    const end = table + tableBytes;
    if (load<u8>(present + band) != 0) {
      const sought = slotOf(load<u32>(keys + (band << 2)), record);
      let at = <usize>load<u32>(places + (band << 2));
      for (let slot = load<u64>(at); slot != sought; slot = load<u64>(at)) {
        if (slot == 0) return <i32>band;
        at = after(at, table, end);
      }
      removeAt(at, table, end);
    }
    table = end;
  }
  records--;
  return -1;
}

/** An empty slot ends a search, so what belongs at the hole or before it must not stay behind it (Knuth, TAOCP 3, 6.4, R). */
function removeAt(removed: usize, table: usize, end: usize): void {
  let hole = removed;
  let at = after(hole, table, end);
  for (let slot = load<u64>(at); slot != 0; slot = load<u64>(at)) {
    const home = homeOf(<u32>slot, table);
    // Whether its home is behind the hole, on the way to where it is.
    const mayStay = hole <= at ? hole < home && home <= at : hole < home || home <= at;
    if (!mayStay) {
      store<u64>(hole, slot);
      hole = at;
    }
    at = after(at, table, end);
  }
  store<u64>(hole, 0);
}

/**
 * A look-up waits for memory once a table. Reading all the places first, without a decision in between, has the processor wait for
 * them together.
 */
function touch(): void {
  let read: u32 = 0;
  let table = tables;
  const end = keys + (bands << 2);
  for (let at = keys; at < end; at += 4) {
    const home = homeOf(load<u32>(at), table);
    read ^= load<u32>(home);
    store<u32>(places + (at - keys), <u32>home);
    table += tableBytes;
  }
  lastRead = read;
}

/** The first slot of a key's bucket; grows with the key. */
// @ts-ignore: decorator
@inline
function homeOf(key: u32, table: usize): usize {
  return table + bucketOf(key) * bucketBytes;
}

// @ts-ignore: decorator
@inline
function bucketOf(key: u32): usize {
  return <usize>((<u64>key * <u64>buckets) >> 32);
}

// @ts-ignore: decorator
@inline
function bucketAfter(bucket: usize, table: usize, end: usize): usize {
  return bucket + bucketBytes == end ? table : bucket + bucketBytes;
}

// @ts-ignore: decorator
@inline
function after(at: usize, table: usize, end: usize): usize {
  return at + slotBytes == end ? table : at + slotBytes;
}

// @ts-ignore: decorator
@inline
function slotOf(key: u32, record: u32): u64 {
  return (<u64>record << 32) | <u64>key;
}

function grow(): void {
  resize(bands * tableBytes < smallBytes ? 2 * buckets : buckets + buckets / 3);
}

/** From the last table to the first, each to where it will be: nothing is there but itself or one that has been moved. */
function resize(newBuckets: u32): void {
  const oldBytes = tableBytes;
  const newBytes = <u64>newBuckets * bucketBytes;
  // Behind the tables: a copy of one that would be in its own way, and the counts of a bucket each.
  ensureMemory(<u64>tables + <u64>bands * newBytes + <u64>oldBytes + <u64>newBuckets);
  buckets = newBuckets;
  tableBytes = <usize>newBytes;
  mostRecords = <u32>((<u64>newBuckets * takenInTenBuckets) / 10);
  const copy = tables + bands * tableBytes;
  const counts = copy + oldBytes;
  for (let band = bands; band > 0; band--) {
    let from = tables + (band - 1) * oldBytes;
    const to = tables + (band - 1) * tableBytes;
    if (to < from + oldBytes) {
      memory.copy(copy, from, oldBytes);
      from = copy;
    }
    memory.fill(to, 0, tableBytes);
    takeOver(from, from + oldBytes, to, counts);
  }
}

/** Counts what each bucket got, a byte each from `counts` on: with that, hardly a slot has to be sought. */
function takeOver(from: usize, fromEnd: usize, table: usize, counts: usize): void {
  const end = table + tableBytes;
  memory.fill(counts, 0, buckets);
  for (let each = from; each < fromEnd; each += slotBytes) {
    const slot = load<u64>(each);
    if (slot == 0) continue;
    const bucket = bucketOf(<u32>slot);
    const got = <usize>load<u8>(counts + bucket);
    let at = table + bucket * bucketBytes + got * slotBytes;
    if (got == bucketSlots) at = after(at - slotBytes, table, end);
    else store<u8>(counts + bucket, <u8>(got + 1));
    while (load<u64>(at) != 0) at = after(at, table, end);
    store<u64>(at, slot);
  }
}

function ensureMemory(bytes: u64): void {
  const pages = <i32>((bytes + pageBytes - 1) / pageBytes);
  const missing = pages - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) unreachable();
}

function aligned(address: usize): usize {
  return (address + bucketBytes - 1) & ~(bucketBytes - 1);
}

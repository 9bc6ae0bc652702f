import { bandKernel } from "./band-kernel.ts";
import { type Candidate, type HolderIndex, type IndexedHolder, mostPerKey } from "./holder-index.ts";
import { rankCandidates } from "./rank-candidates.ts";
import { instantiate, type KernelMemory } from "./web-assembly.ts";

/** What kernel/band-tables.ts exports. Addresses are in bytes. */
interface BandKernel {
  readonly memory: KernelMemory;
  setUp(bands: number, mostPerKey: number): void;
  reserve(records: number): void;
  lookUp(): number;
  insert(): void;
  put(): void;
  remove(): number;
  addressOfHolder(): number;
  addressOfMet(): number;
}

const nobody: readonly Candidate[] = [];
const initialChanges = 256;

/** What a change was; in the log before the holder. */
const inserted = 0;
const removed = 1;

/** The tables of all bands in the memory of a WebAssembly kernel, at most 4 GiB; the log of changes is outside. */
export class BandIndexInWasm implements HolderIndex {
  readonly #kernel: BandKernel;
  readonly #bands: number;
  /** Of a holder in the kernel's memory, u32: number, keys, bytes of the bands. */
  readonly #holderLength: number;
  // Views of the kernel's memory.
  #holder = new Uint32Array(0);
  #keys = new Uint32Array(0);
  #present = new Uint8Array(0);
  #met = new Uint32Array(0);
  /** Kind and holder of each change since the last commit. */
  #log: Uint32Array;
  #logged = 0;
  #lookedUp: Uint32Array | undefined;

  /** Undefined where the engine has no WebAssembly. */
  static create(bands: number): BandIndexInWasm | undefined {
    const kernel = instantiate(bandKernel) as BandKernel | undefined;
    return kernel === undefined ? undefined : new BandIndexInWasm(kernel, bands);
  }

  private constructor(kernel: BandKernel, bands: number) {
    this.#kernel = kernel;
    this.#bands = bands;
    this.#holderLength = 1 + bands + Math.ceil(bands / 4);
    this.#log = new Uint32Array(initialChanges * (1 + this.#holderLength));
    kernel.setUp(bands, mostPerKey);
    this.#view();
  }

  candidates(keys: Uint32Array): readonly Candidate[] {
    this.#keys.set(keys);
    this.#lookedUp = keys;
    const pairs = this.#kernel.lookUp();
    return pairs === 0 ? nobody : rankCandidates(this.#met, pairs);
  }

  insert(record: number, keys: Uint32Array): Uint8Array {
    if (this.#lookedUp !== keys) {
      this.#keys.set(keys);
      this.#kernel.lookUp();
    }
    this.#holder[0] = record;
    this.#kernel.insert();
    this.#changed();
    this.#logChange(inserted);
    return this.#present;
  }

  remove(holder: IndexedHolder): void {
    this.#setHolder(holder);
    this.#removeNow();
    this.#logChange(removed);
  }

  reserve(records: number): void {
    this.#kernel.reserve(records);
    this.#changed();
  }

  restore(holders: Iterable<IndexedHolder>): void {
    for (const holder of holders) {
      this.#setHolder(holder);
      this.#kernel.put();
      this.#changed();
    }
  }

  commit(): void {
    this.#logged = 0;
  }

  rollback(): void {
    const width = 1 + this.#holderLength;
    while (this.#logged > 0) {
      this.#logged -= width;
      const [kind] = this.#log.subarray(this.#logged);
      this.#holder.set(this.#log.subarray(this.#logged + 1, this.#logged + width));
      if (kind === inserted) this.#removeNow();
      else this.#kernel.put();
      this.#changed();
    }
  }

  #setHolder({ record, keys, present }: IndexedHolder): void {
    this.#holder[0] = record;
    this.#keys.set(keys);
    this.#present.set(present);
  }

  #removeNow(): void {
    const missing = this.#kernel.remove();
    this.#changed();
    if (missing !== -1)
      throw new Error(`record ${this.#holder[0]} is not under the key ${this.#keys[missing]}`);
  }

  #logChange(kind: number): void {
    const end = this.#logged + 1 + this.#holderLength;
    if (end > this.#log.length) {
      const log = new Uint32Array(2 * this.#log.length);
      log.set(this.#log);
      this.#log = log;
    }
    this.#log[this.#logged] = kind;
    this.#log.set(this.#holder, this.#logged + 1);
    this.#logged = end;
  }

  /** What was looked up is no longer so, and a memory that grew has another buffer. */
  #changed(): void {
    this.#lookedUp = undefined;
    if (this.#holder.length === 0) this.#view();
  }

  #view(): void {
    const { buffer } = this.#kernel.memory;
    const holder = this.#kernel.addressOfHolder();
    this.#holder = new Uint32Array(buffer, holder, this.#holderLength);
    this.#keys = new Uint32Array(buffer, holder + 4, this.#bands);
    this.#present = new Uint8Array(buffer, holder + 4 + 4 * this.#bands, this.#bands);
    this.#met = new Uint32Array(buffer, this.#kernel.addressOfMet(), 2 * mostPerKey * this.#bands);
  }
}

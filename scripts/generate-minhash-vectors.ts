import { bandKeys, chooseBands } from "../plugins/minhash-dedup/bands.ts";
import { createSigner } from "../plugins/minhash-dedup/create-signer.ts";
import { Shingler } from "../plugins/minhash-dedup/shingler.ts";

/** Every rule of schemas/minhash/1.md decides something in one of these. */
const texts = [
  "",
  "?!",
  "C++",
  "Don't panic, it’s 3-5 × -2.5 (or 3.5)!",
  "Write a short story about a girl who finds a hidden door in her grandmother's garden.",
  "WRITE a short   story about a girl who finds a hidden door in her grandmother’s garden",
  "请写一篇关于春天的短文,描述花园里的花朵和鸟儿的歌声。",
  "นี่คือประโยคภาษาไทยที่ไม่มีช่องว่างระหว่างคำ",
  "Nai\u0308ve cafe\u0301s 😀 𠀀 \u1e9eİ",
  "for (let i = 0; i < n; i++) { total += list[i] * 2; }",
] as const;

const permutations = 128;
const threshold = 0.8;

/** schemas/minhash/1.json: shingles, signatures and band keys of some texts. */
export function generateMinhashVectors(): Map<string, string> {
  const shingler = new Shingler({ by: "auto", size: null });
  const signer = createSigner(permutations);
  const layout = chooseBands(permutations, threshold);
  const vectors = texts.map((text) => {
    shingler.shingle(text);
    const signature = new Uint32Array(permutations);
    signer.sign(shingler.shingles, shingler.count, signature);
    const keys = new Uint32Array(layout.bands);
    bandKeys(signature, layout, keys);
    return {
      text,
      shingles: [...shingler.shingles.subarray(0, shingler.count)],
      signature: [...signature],
      bandKeys: [...keys],
    };
  });
  const head = { version: 1, shingle: { by: "auto" }, permutations, threshold, ...layout };
  return new Map([["schemas/minhash/1.json", `${JSON.stringify({ ...head, vectors }, null, 1)}\n`]]);
}

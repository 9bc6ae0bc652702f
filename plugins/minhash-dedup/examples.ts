/** Run as tests, rendered as documentation. */
export const examples = [
  {
    title: "A near-duplicate is dropped, a text about something else is kept",
    records: [
      {
        id: "a",
        instruction:
          "Write a short story about a young girl who finds a hidden door in the garden of her grandmother and discovers a world where all animals can talk.",
      },
      {
        id: "b",
        instruction:
          "Write a short story about a young girl who finds a hidden door in the garden of her grandmother and discovers a world where all animals can sing!",
      },
      { id: "c", instruction: "Write a Python function that gives the n-th Fibonacci number." },
    ],
    outcomes: [
      { keep: true },
      { keep: false, reasons: ["near_duplicate"] },
      { keep: true, measures: { holder: null } },
    ],
  },
  {
    title: "Short texts are near-duplicates only when their words are the same, in their order",
    records: [
      { id: "a", instruction: "What is the capital of Iran?" },
      { id: "b", instruction: "What is the capital of Iraq?" },
      { id: "c", instruction: "what is the capital of  Iran" },
      { id: "d", instruction: "C++" },
      { id: "e", instruction: "C#" },
    ],
    outcomes: [
      { keep: true },
      { keep: true },
      { keep: false, reasons: ["near_duplicate"] },
      { keep: true },
      { keep: true },
    ],
  },
  {
    title: "Characters are compared where words are not spaced",
    with: { threshold: 0.6 },
    records: [
      { id: "a", instruction: "请写一篇关于春天的短文,描述花园里的花朵和鸟儿的歌声,字数不少于三百字。" },
      { id: "b", instruction: "请写一篇关于春天的短文,描述花园里的花朵和鸟儿的歌声,字数不少于五百字。" },
      { id: "no text", conversations: [{ from: "gpt", value: "Hello." }] },
    ],
    outcomes: [
      { keep: true },
      { keep: false, reasons: ["near_duplicate"] },
      {
        keep: true,
        measures: { holder: null, jaccard: null, band: null, shingles: null, compared: 0, evicted: 0 },
      },
    ],
  },
] as const;

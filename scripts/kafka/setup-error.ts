/** Something a person must install, free or change; the message says what. Printed without a stack. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}

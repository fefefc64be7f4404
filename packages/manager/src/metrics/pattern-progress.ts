/** What a pattern thread tells about itself in shared memory, since it cannot answer while a regular expression runs. */

/** Place of the number of names tested so far. */
export const TESTED = 0
/** Place of a 1 while names are tested, a 0 while the thread starts or waits. */
export const TESTING = 1

/** Fresh memory for one thread. */
export function progressMemory(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))
}

/** The two repeated fields of a `DataChunk` message. */
export const MESSAGE = "data chunk"
export const TIME_DELTA = 1
export const VALUE = 2

/** Tags of the fields in packed form: field number and wire type 2. */
export const TIME_DELTA_TAG = (TIME_DELTA << 3) | 2
export const VALUE_TAG = (VALUE << 3) | 2

/** `{topic}`, `{topic[1]}`, `{topic[-1]}`, `{topic[2:]}`. */
const TOPIC = /^topic(?:\[(-?\d{1,5})(:)?\])?$/

/** Whether a variable is about the topic. */
export function isTopicVariable(variable: string): boolean {
  return TOPIC.test(variable)
}

/**
 * What a variable about the topic stands for: `topic` for all levels, `topic[1]` for the second, `topic[-1]` for the last,
 * `topic[2:]` for those from the third on. `undefined` for levels that are not there, and for other variables.
 */
export function topicVariable(variable: string, levels: readonly string[]): string | readonly string[] | undefined {
  const match = TOPIC.exec(variable)
  if (match === null) return undefined
  const [, index, isRange] = match
  if (index === undefined) return levels
  return isRange === undefined ? levels.at(Number(index)) : levels.slice(Number(index))
}

import { expect, test } from "vitest"
import { parseInstances, printInstances } from "./instances.js"

test.each([
  ["1,4-9", [1, 4, 5, 6, 7, 8, 9]],
  ["0", [0]],
  [" 3 - 4 , 2", [3, 4, 2]],
  [7, [7]],
])("%s", (text, instances) => expect(parseInstances(text)).toEqual(instances))

test.each(["", "a", "4-", "9-4", "1,,2", "-1", "0-4194303", "4194304"])("%j stands for none", (text) =>
  expect(parseInstances(text)).toBeUndefined(),
)

test("what is printed is read again", () => {
  expect(printInstances([9, 1, 2, 3, 5])).toBe("1-3,5,9")
  expect(parseInstances(printInstances([9, 1, 2, 3, 5]))).toEqual([1, 2, 3, 5, 9])
})

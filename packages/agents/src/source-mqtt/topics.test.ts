import { expect, test } from "vitest"
import { NameTemplate } from "../kit/values/name-template.js"
import { SeenTopics } from "./seen-topics.js"
import { isTopicFilter, TopicFilter } from "./topic-filter.js"
import { isTopicVariable, topicVariable } from "./topic-variables.js"

test.each([
  ["a/b", "a/b", true],
  ["a/b", "a", false],
  ["a", "a/b", false],
  ["a/+", "a/b", true],
  ["a/+", "a", false],
  ["a/+", "a/", true],
  ["+/+", "/b", true],
  ["a/#", "a", true],
  ["a/#", "a/b/c", true],
  ["#", "a/b", true],
  ["#", "$SYS/broker", false],
  ["+/x", "$SYS/x", false],
  ["$SYS/#", "$SYS/broker", true],
  ["$share/group/a/+", "a/b", true],
])("%s selects %s: %s", (filter, topic, isSelected) => {
  expect(new TopicFilter(filter).matches(topic.split("/"))).toBe(isSelected)
})

test("what is no filter", () => {
  expect(["", "a/#/b", "a+", "a/b#", "a\0", "$share/g/"].filter(isTopicFilter)).toEqual([])
  expect(["a", "/", "+", "#", "a//b", "$share/g/#"].filter((filter) => !isTopicFilter(filter))).toEqual([])
})

test.each([
  ["lab.{topic[1]}.power", "lab.hall_2.power"],
  ["{topic}", "lab.hall_2.x_y.power"],
  ["{topic[-1]}.{topic[2:]}", "power.x_y.power"],
  ["a.{topic[9]}.b", "a.b"],
  ["{topic[9]}.b", "b"],
])("the name %s", (template, name) => {
  const levels = ["lab", "hall 2", "x.y", "power"]
  expect(new NameTemplate(template).name((variable) => topicVariable(variable, levels))).toBe(name)
})

test("letters of all languages stay, texts are as they are", () => {
  const template = new NameTemplate("{a}.{b}")
  expect(template.name((variable) => (variable === "a" ? "Größe" : "50 %"))).toBe("Größe.50_")
  expect(template.text((variable) => (variable === "a" ? ["x", "y"] : "50 %"))).toBe("x/y.50 %")
  expect(["topic", "topic[1]", "topic[-2:]"].every(isTopicVariable)).toBe(true)
  expect(["topic[]", "topic[a]", "topics", "topic[1:2]"].some(isTopicVariable)).toBe(false)
})

function subscriptionsOf(messages: Record<string, string>) {
  const seen = new SeenTopics("")
  for (const [topic, payload] of Object.entries(messages)) seen.add(topic, Buffer.from(payload))
  return seen.subscriptions().map(({ topic }) => topic)
}

test("discovered topics share a filter if it takes nothing of another form", () => {
  expect(subscriptionsOf({ "a/1/t": "1", "a/2/t": "2", "b/3/t": "3" })).toEqual(["+/+/t"])
  expect(subscriptionsOf({ "a/1/t": "1", "a/2/t": "2", "a/3/t": '{"x": 1}' })).toEqual(["a/1/t", "a/2/t", "a/3/t"])
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`power/pump${i}`, "1"]))
  expect(subscriptionsOf(many)).toEqual(["power/+"])
})

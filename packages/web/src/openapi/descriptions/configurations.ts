import type { Descriptions } from "../description.js"
import { anyObject, flag, integer, isoTime, list, named, object, orNull, text } from "../schema-helpers.js"

const common = { token: text, revision: text, time: isoTime, author: text, note: text }
const optional = ["author", "note", "time", "revision"]

const summary = named("ConfigurationSummary", object(common, optional))
const configuration = named(
  "Configuration",
  object({ ...common, config: { ...anyObject, description: "secrets are hidden" } }, optional),
)
const change = object({ token: text, revision: text }, ["token", "revision"])

const kind = { name: text, summary: text }

const described = named(
  "Kind",
  object(
    {
      ...kind,
      schema: { ...anyObject, description: "JSON Schema of its configurations" },
      sample: anyObject,
      command: text,
      published: { ...flag, description: "it comes from the running agent" },
    },
    ["command", "published", "sample"],
  ),
)

const bundle = named(
  "Bundle",
  object({ format: text, configurations: { ...anyObject, description: "configurations by token" } }),
)

const tag = "configurations"

export const configurationsDescriptions: Descriptions = {
  "GET /configs": {
    ...{ tag, summary: "All configurations" },
    answer: object({ configs: list(summary) }),
  },
  "GET /configs/retention": {
    ...{ tag, summary: "How long versions of configurations are kept" },
    description:
      "The newest `versions` of each, and each for `days` after it was replaced; null: without such a bound.",
    answer: object({ versions: integer, days: orNull(integer) }),
  },
  "GET /configs/export": {
    ...{ tag, summary: "Configurations as a bundle" },
    description:
      "All of them, or those of `token`, which may be repeated. Secrets are left out; references to them stay.",
    answer: bundle,
  },
  "POST /configs/import/plan": {
    example: { bundle: { format: "metricq-configurations 1", configurations: { "source-sysinfo": { rate: 1 } } } },
    ...{ tag, summary: "What the import of a bundle would change" },
    description: "Nothing is changed. Where a secret was left out, the stored one stays.",
    answer: object({
      items: list(
        object(
          {
            ...{ token: text, state: { ...text, enum: ["new", "changed", "same"] }, revision: orNull(text) },
            ...{ before: anyObject, after: anyObject, errors: list(text), warnings: list(text) },
          },
          ["before", "after"],
        ),
      ),
      absent: { ...list(text), description: "stored, and not in the bundle" },
    }),
  },
  "POST /configs/import": {
    example: {
      bundle: { format: "metricq-configurations 1", configurations: { "source-sysinfo": { rate: 1 } } },
      ...{ revisions: { "source-sysinfo": null }, note: "release 7", apply: true },
    },
    ...{ tag, summary: "Store configurations of a bundle" },
    description:
      "Those named in `revisions`, each if that is still the stored one (null: if there is none yet). There is a result for each of them.",
    answer: object({
      results: list(
        object(
          {
            token: text,
            done: { ...text, enum: ["written", "same", "conflict", "refused", "failed"] },
            ...{ revision: text, message: text, applied: anyObject },
          },
          ["revision", "message", "applied"],
        ),
      ),
    }),
  },
  "GET /configs/:token": {
    ...{ tag, summary: "A configuration, as it is or as it was" },
    answer: configuration,
  },
  "PUT /configs/:token": {
    ...{ tag, summary: "Store a configuration" },
    description:
      "`revision` is the one it was read at, or null if there must be none yet. If it has changed since, the answer is 409, with what is stored now as `current`.",
    answer: change,
  },
  "DELETE /configs/:token": {
    ...{ tag, summary: "Delete a configuration; its versions stay" },
    answer: anyObject,
  },
  "GET /configs/:token/kind": {
    ...{ tag, summary: "What configurations of a client may hold" },
    description: "As in `/kinds`, or as the running agent publishes it.",
    answer: described,
  },
  "POST /configs/:token/preview": {
    example: { config: { rate: 1 } },
    ...{ tag, summary: "What storing and applying a configuration would do" },
    description: "Nothing is changed. `by` is who could tell which metrics there would be; null if nobody can.",
    answer: object(
      {
        valid: flag,
        problems: object({ errors: list(text), warnings: list(text) }),
        by: orNull(text),
        unknown: { ...text, description: "why nobody can tell" },
        appear: list(anyObject),
        vanish: list(anyObject),
        clash: list(anyObject),
        changed: list(anyObject),
      },
      ["unknown", "appear", "vanish", "clash", "changed"],
    ),
  },
  "GET /configs/:token/versions": {
    ...{ tag, summary: "Versions of a configuration, newest first" },
    answer: object({
      versions: list(named("Version", object({ version: integer, time: isoTime, author: text, note: text }, optional))),
    }),
  },
  "GET /configs/:token/versions/:version": {
    ...{ tag, summary: "A configuration as it was" },
    answer: configuration,
  },
  "POST /configs/:token/restore": {
    example: { version: 1, note: "as it was" },
    ...{ tag, summary: "Make a version the configuration again" },
    answer: change,
  },
  "POST /configs/:token/apply": {
    ...{ tag, summary: "Send a configuration to its client, and wait for what it says" },
    answer: object({ answered: flag }, ["answered"]),
  },
  "POST /configs/patch/plan": {
    example: { patch: { rate: 2 }, select: { clients: "source-sysinfo*" } },
    ...{ tag, summary: "What a merge patch would make of configurations" },
    description:
      "A JSON merge patch (RFC 7386) of up to 200 configurations: those of `clients`, or of all that `select` means: `clients` is a glob of tokens, `labels` are `key` or `key=value`, all of which they have. Nothing is changed.",
    answer: object({
      clients: list(
        named(
          "PatchPlan",
          object({
            token: text,
            revision: { ...orNull(text), description: "null if nothing is stored" },
            changes: {
              ...list(object({ path: text, before: {}, after: {}, cut: flag }, ["before", "after", "cut"])),
              description: "secrets are hidden",
            },
            more: integer,
            valid: flag,
            problems: object({ errors: list(text), warnings: list(text) }),
          }),
        ),
      ),
    }),
  },
  "POST /configs/patch": {
    example: { patch: { rate: 2 }, clients: { "source-sysinfo": "1-abc" }, note: "all at once", apply: true },
    ...{ tag, summary: "Store what a merge patch makes of configurations" },
    description:
      "`clients` has the revision of each as it was planned; one that has another by now is left alone. With `apply` each is sent to its client, which has `timeout` seconds to answer. What becomes of one keeps none of the others.",
    answer: object({
      results: list(
        named(
          "PatchResult",
          object(
            {
              token: text,
              state: { ...text, description: "stored, unchanged, conflict, invalid or failed" },
              ...{ revision: text, text: { ...text, description: "why not" } },
              applied: object({ answered: flag, refused: text, reason: text }, ["refused", "reason"]),
            },
            ["revision", "text", "applied"],
          ),
        ),
      ),
    }),
  },
  "GET /kinds": {
    ...{ tag, summary: "Kinds of clients whose configurations are known" },
    answer: object({ kinds: list(named("KindSummary", object(kind))) }),
  },
  "GET /kinds/:name": {
    ...{ tag, summary: "Schema and sample of a kind of client" },
    answer: described,
  },
  "POST /kinds/check": {
    example: { token: "source-sysinfo", config: { rate: 1 } },
    ...{ tag, summary: "Whether a configuration is right" },
    description: "A line for each place, beginning with its path.",
    answer: object({ kind: orNull(text), errors: list(text), warnings: list(text) }),
  },
}

/** What a server tells of itself on `/metrics`, in the text format of Prometheus. Values are read when somebody asks. */
export class Figures {
  readonly #figures: { name: string; type: "gauge" | "counter"; help: string; read(): number | Map<string, number> }[] =
    []

  /** A value that goes up and down; or several, each under its labels: `code="200"`. Names begin with `metricq_web_`. */
  gauge(name: string, help: string, read: () => number | Map<string, number>): void {
    this.#figures.push({ name, type: "gauge", help, read })
  }

  /** A value that only grows; as {@link Figures.gauge}. */
  counter(name: string, help: string, read: () => number | Map<string, number>): void {
    this.#figures.push({ name, type: "counter", help, read })
  }

  /** All of them as text. */
  print(): string {
    return this.#figures
      .map(({ name, type, help, read }) => {
        const value = read()
        const values = typeof value === "number" ? new Map([["", value]]) : value
        const lines = [...values].map(([labels, each]) => `${name}${labels === "" ? "" : `{${labels}}`} ${each}`)
        return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("\n")}\n`
      })
      .join("")
  }
}

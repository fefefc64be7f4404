import { mkdtemp, open, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Broker } from "@metricq/broker"
import { type Columns, Sink, Source, type SourceOptions, silentLogger, Timestamp } from "@metricq/client"
import { type Channel, type ConfirmChannel, type ConsumeMessage, connect } from "amqplib"
import { type Job, type Report, referenceColumns } from "./data-path-job.js"

/**
 * The processes of the benches of the data path: a broker, and the two ends of a stream of messages, ours and plain amqplib's.
 *
 * The job comes with the first message of the parent, the second one starts it. Reports are sent back.
 */

const exchange = "metricq.data"
const rawWindow = 1000

process.once("message", async (job: Job) => {
  if (job.role === "broker") return startBroker()
  const worker = await workers[job.role](job)
  send({})
  process.on("message", async () => {
    const before = process.cpuUsage()
    const beganMs = nowMs()
    const report = await worker()
    const used = process.cpuUsage(before)
    send({ beganMs, endedMs: nowMs(), cpuS: (used.user + used.system) / 1e6, ...report })
  })
})

const workers: Record<Exclude<Job["role"], "broker">, (job: Job) => Promise<() => Promise<Report>>> = {
  "raw-producer": rawProducer,
  "raw-consumer": rawConsumer,
  "raw-writer": rawWriter,
  source,
  sink,
}

function send(report: Report): void {
  process.send!(report)
}

function nowMs(): number {
  return performance.timeOrigin + performance.now()
}

async function startBroker(): Promise<void> {
  const broker = new Broker({ port: 0 })
  await broker.start()
  send({ port: broker.port })
}

async function rawProducer(job: Job): Promise<() => Promise<Report>> {
  const connection = await connect(job.url, { noDelay: true })
  const confirmed = job.durability === "persistent"
  const channel: Channel = confirmed ? await connection.createConfirmChannel() : await connection.createChannel()
  const body = Buffer.from(job.body, "base64")
  if (job.rate > 0) return () => rawAtRate(channel, body, job)
  if (confirmed && job.warmUp) await publishConfirmed(channel as ConfirmChannel, body, { ...job, messages: job.warmUp })
  return async () => {
    if (confirmed) await publishConfirmed(channel as ConfirmChannel, body, job)
    else await publishPlain(channel, body, job)
    return {}
  }
}

function publishConfirmed(channel: ConfirmChannel, body: Buffer, { metric, keys, messages }: Job): Promise<void> {
  const key = (message: number) => (keys === undefined ? metric : keys[message % keys.length]!)
  return new Promise((resolve) => {
    let sent = 0
    let confirmed = 0
    const onConfirm = () => {
      if (++confirmed === messages) resolve()
      else if (sent - confirmed < rawWindow / 2) fill()
    }
    const fill = () => {
      while (sent < messages && sent - confirmed < rawWindow) {
        channel.publish(exchange, key(sent++), body, { persistent: true }, onConfirm)
      }
    }
    fill()
  })
}

async function publishPlain(channel: Channel, body: Buffer, { metric, messages }: Job): Promise<void> {
  for (let i = 0; i < messages; i++) {
    if (channel.publish(exchange, metric, body, {})) continue
    await new Promise((resolve) => channel.once("drain", resolve))
  }
  await channel.checkExchange(exchange)
}

async function rawConsumer({ url, queue, messages, warmUp = 0, rate }: Job): Promise<() => Promise<Report>> {
  const connection = await connect(url, { noDelay: true })
  const channel = await connection.createChannel()
  await channel.prefetch(400)
  const total = warmUp + messages
  const done = counter(total)
  const latenciesMs: number[] = []
  let unacknowledged: ConsumeMessage | undefined
  await channel.consume(queue, (message) => {
    if (message === null) return
    if (rate > 0) latenciesMs.push(nowMs() - timeOf(message.content))
    if (done.count % 100 === 99 || done.count + 1 === total) {
      channel.ack(message, true)
      unacknowledged = undefined
    } else {
      if (unacknowledged === undefined) {
        setImmediate(() => {
          if (unacknowledged !== undefined) channel.ack(unacknowledged, true)
          unacknowledged = undefined
        })
      }
      unacknowledged = message
    }
    done.add(1)
  })
  return async () => {
    await done.reached
    return { latenciesMs }
  }
}

/** Appends bodies to a file; what comes while one write is synced is the next one. */
async function rawWriter({ url, queue, messages, warmUp = 0 }: Job): Promise<() => Promise<Report>> {
  const folder = await mkdtemp(join(tmpdir(), "metricq-bench-"))
  const file = await open(join(folder, "bodies"), "w")
  const connection = await connect(url, { noDelay: true })
  const channel = await connection.createChannel()
  await channel.prefetch(10_000)
  const done = counter(warmUp + messages)
  let waiting: ConsumeMessage[] = []
  let isWriting = false
  const write = async () => {
    isWriting = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      await file.writev(batch.map(({ content }) => content))
      await file.datasync()
      channel.ack(batch.at(-1)!, true)
      done.add(batch.length)
    }
    isWriting = false
  }
  await channel.consume(queue, (message) => {
    if (message === null) return
    waiting.push(message)
    if (!isWriting) void write()
  })
  return async () => {
    await done.reached
    await rm(folder, { recursive: true })
    return {}
  }
}

/** The first point's time of an encoded chunk of one point that was sent now. */
function timeOf(body: Buffer): number {
  let ns = 0n
  for (let at = 2, shift = 0n; ; at++, shift += 7n) {
    ns |= BigInt(body[at]! & 0x7f) << shift
    if (body[at]! < 0x80) return Number(ns) / 1e6
  }
}

async function rawAtRate(channel: Channel, template: Buffer, { metric, messages, rate }: Job): Promise<Report> {
  await atRate(messages, rate, () => {
    const body = Buffer.from(template)
    let ns = BigInt(Math.round(nowMs() * 1e6))
    for (let at = 2; at < 2 + body[1]!; at++, ns >>= 7n) body[at] = Number(ns & 0x7fn) | (at < 1 + body[1]! ? 0x80 : 0)
    channel.publish(exchange, metric, body, { persistent: true })
  })
  return {}
}

class BenchSource extends Source {
  protected override async startRole(): Promise<void> {
    await super.startRole()
    await this.declareMetrics(["bench.metric"])
  }
}

async function source(job: Job): Promise<() => Promise<Report>> {
  const options: SourceOptions = {
    token: "source-bench",
    url: job.url,
    durability: job.durability,
    logger: silentLogger,
  }
  // Room for about as many messages in flight as the plain producer has.
  const maxBytes = Math.max(1024 * 1024, 400 * job.body.length)
  const sender = new BenchSource({ ...options, spool: { policy: "wait", maxBytes } })
  await sender.connect()
  const metric = sender.metric(job.metric)
  metric.chunkSize = job.chunk
  if (job.rate > 0) {
    return async () => {
      await atRate(job.messages, job.rate, () => metric.send(Timestamp.fromNs(BigInt(Math.round(nowMs() * 1e6))), 1))
      return {}
    }
  }
  const columns: Columns = referenceColumns(job.chunk)
  return async () => {
    if (job.door === "columns") for (let i = 0; i < job.messages; i++) await sender.sendChunk(job.metric, columns)
    else await sendPoints(sender, job)
    await sender.flush()
    return {}
  }
}

async function sendPoints(sender: Source, { metric, messages, chunk }: Job): Promise<void> {
  let ns = 1_600_000_000_000_000_000n
  let sent: Promise<void> | undefined
  for (let i = 0; i < messages; i++) {
    for (let k = 0; k < chunk; k++) {
      ns += 100_000n
      sent = sender.send(metric, Timestamp.fromNs(ns), k)
    }
    await sent
  }
}

async function sink(job: Job): Promise<() => Promise<Report>> {
  const done = counter(job.messages * job.chunk)
  const latenciesMs: number[] = []
  class ColumnSink extends Sink {
    protected override async startRole(): Promise<void> {
      await super.startRole()
      await this.consume(`vhost:${new URL(job.url).pathname}`, job.queue)
    }
    override onChunk(_metric: string, columns: Columns): void {
      done.add(columns.times.length)
    }
  }
  class PointSink extends ColumnSink {
    override onData(_metric: string, time: Timestamp): void {
      if (job.rate > 0) latenciesMs.push(nowMs() - Number(time.posixNs) / 1e6)
      done.add(1)
    }
  }
  PointSink.prototype.onChunk = Sink.prototype.onChunk
  const options = { token: "sink-bench", url: job.url, logger: silentLogger }
  const receiver = job.door === "columns" ? new ColumnSink(options) : new PointSink(options)
  await receiver.connect()
  return async () => {
    await done.reached
    return { latenciesMs }
  }
}

function counter(total: number) {
  let reach = () => {}
  const self = {
    count: 0,
    reached: new Promise<void>((resolve) => {
      reach = resolve
    }),
    add(points: number): void {
      self.count += points
      if (self.count >= total) reach()
    },
  }
  return self
}

/** Calls `work` so often a second, catching up after a late timer. */
async function atRate(count: number, rate: number, work: () => void): Promise<void> {
  const began = performance.now()
  for (let i = 0; i < count; ) {
    const due = Math.min(count, Math.floor(((performance.now() - began) / 1000) * rate))
    for (; i < due; i++) work()
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

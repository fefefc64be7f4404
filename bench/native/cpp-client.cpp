/*
 * One end of a stream of messages on the original C++ client, for the benches of the data path.
 *
 *   cpp-client source URL METRIC MESSAGES CHUNK DOOR
 *   cpp-client sink URL QUEUE MESSAGES CHUNK DOOR
 *
 * Says {} when it is connected; does its work after a line on standard input, and then prints what it took: system clock in ms, CPU in
 * seconds. DOOR "columns" sends and takes whole chunks, "points" one point at a time.
 */
#include <metricq/json.hpp>
#include <metricq/sink.hpp>
#include <metricq/source.hpp>

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>

namespace
{
struct Job
{
    std::string role, url, name;
    long messages, chunk;
    bool columns;
};

double now_ms()
{
    using namespace std::chrono;
    return duration<double, std::milli>(system_clock::now().time_since_epoch()).count();
}

double cpu_s()
{
    rusage used;
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) { return time.tv_sec + time.tv_usec / 1e6; };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double began_ms, began_cpu_s;

void begin()
{
    began_ms = now_ms();
    began_cpu_s = cpu_s();
}

void report()
{
    std::printf("{\"beganMs\":%.3f,\"endedMs\":%.3f,\"cpuS\":%.6f}\n", began_ms, now_ms(), cpu_s() - began_cpu_s);
    std::fflush(stdout);
}

void say_ready()
{
    std::puts("{}");
    std::fflush(stdout);
}

class BenchSource : public metricq::Source
{
public:
    explicit BenchSource(Job job) : Source("source-bench"), job_(std::move(job))
    {
        connect(job_.url);
    }

private:
    void on_source_config(const metricq::json&) override
    {
        (*this)[job_.name];
    }

    void on_source_ready() override
    {
        say_ready();
        std::thread([this] {
            std::string line;
            std::getline(std::cin, line);
            io_service.post([this] { send_all(); });
        }).detach();
    }

    void send_all()
    {
        begin();
        if (job_.columns)
            send_chunks();
        else
            send_points();
        // Answered when the broker has taken all that was sent before on this channel.
        data_channel_->declareExchange("metricq.data", AMQP::topic, AMQP::passive).onSuccess([] { report(); });
    }

    void send_chunks()
    {
        metricq::DataChunk chunk;
        for (long i = 0; i < job_.chunk; i++)
        {
            chunk.add_time_delta(i == 0 ? first_ns : step_ns);
            chunk.add_value(i);
        }
        for (long i = 0; i < job_.messages; i++)
            send(job_.name, chunk);
    }

    void send_points()
    {
        auto& metric = (*this)[job_.name];
        metric.chunk_size(job_.chunk);
        auto time = metricq::TimePoint(metricq::Duration(first_ns));
        for (long i = 0; i < job_.messages; i++)
            for (long k = 0; k < job_.chunk; k++)
                metric.send({ time += metricq::Duration(step_ns), static_cast<double>(k) });
    }

    static constexpr long first_ns = 1'600'000'000'000'000'000, step_ns = 100'000;
    Job job_;
};

class BenchSink : public metricq::Sink
{
public:
    explicit BenchSink(Job job) : Sink("sink-bench"), job_(std::move(job)), left_(job_.messages * job_.chunk)
    {
        connect(job_.url);
    }

private:
    void on_connected() override
    {
        sink_config({ { "dataServerAddress", "vhost:/" },
                      { "dataQueue", job_.name },
                      { "metrics", metricq::json::object() } });
    }

    void on_data_channel_ready() override
    {
        say_ready();
        begin();
    }

    void on_data(const std::string& id, const metricq::DataChunk& chunk) override
    {
        if (job_.columns)
            take(chunk.value_size());
        else
            Sink::on_data(id, chunk);
    }

    void on_data(const std::string&, metricq::TimeValue) override
    {
        take(1);
    }

    void take(long points)
    {
        left_ -= points;
        if (left_ <= 0 && left_ + points > 0)
            report();
    }

    Job job_;
    long left_;
};
} // namespace

int main(int argc, char* argv[])
{
    if (argc != 7)
        return 2;
    const Job job{ argv[1], argv[2], argv[3], std::atol(argv[4]), std::atol(argv[5]), std::string(argv[6]) == "columns" };
    if (job.role == "source")
        BenchSource(job).main_loop();
    else
        BenchSink(job).main_loop();
}

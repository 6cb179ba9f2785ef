/*
 * Asks at a given rate, whether it is answered or not: openLoop PORT REQUESTS RATE SECONDS CONNECTIONS MARKER.
 *
 * REQUESTS is a file of whole HTTP requests, a line with the number of its bytes before each; they are sent in turn. Requests
 * fall due as a Poisson process and go out on the first connection that is free. Every connection is answered once before the
 * clock starts. Standard output holds a record of 16 bytes for each request that went out: see struct record.
 *
 * It never sleeps, so it is to have a core of its own. In a language without a collector, and without code that is compiled
 * while it runs: what stops the generator would be taken for the server's.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

struct record {
  uint32_t request;  /* its number in REQUESTS */
  uint16_t status;   /* 0: not answered by the end */
  uint16_t marked;   /* 1: MARKER stands in the answer */
  float waited_ms;   /* from when it was due until it was sent */
  float answered_ms; /* from then until its answer was there whole */
};

struct request {
  const char *bytes;
  size_t length;
};

struct connection {
  int socket;
  size_t record;
  double sent;
  size_t held;
  char answer[65536];
};

enum { most_events = 512 };
static const double grace_ms = 1000;

static struct request *requests;
static size_t request_count;
static struct record *records;
static size_t record_count;
static struct connection *connections;
/* A ring: all are used in turn, so that none is closed for having been silent. */
static size_t *idle;
static size_t connection_count, idle_first, idle_count;
static int watcher;
static const char *marker;

static void fail(const char *what) {
  fprintf(stderr, "openLoop: %s: %s\n", what, errno == 0 ? "not as expected" : strerror(errno));
  exit(1);
}

static double now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void read_requests(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail(path);
  size_t length;
  while (fscanf(file, "%zu\n", &length) == 1) {
    char *bytes = malloc(length);
    if (bytes == NULL || fread(bytes, 1, length, file) != length) fail(path);
    requests = realloc(requests, (request_count + 1) * sizeof *requests);
    requests[request_count++] = (struct request){bytes, length};
  }
  fclose(file);
  if (request_count == 0) fail("no requests");
}

static void open_connection(struct connection *connection, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int one = 1;
  connection->socket = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(connection->socket, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
  setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  fcntl(connection->socket, F_SETFL, O_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = connection - connections};
  epoll_ctl(watcher, EPOLL_CTL_ADD, connection->socket, &event);
}

static void ask(struct connection *connection, size_t record, double due) {
  const struct request *request = &requests[records[record].request];
  connection->record = record;
  connection->held = 0;
  connection->sent = now_ms();
  records[record].waited_ms = connection->sent - due;
  errno = 0;
  if (write(connection->socket, request->bytes, request->length) != (ssize_t)request->length) fail("write");
}

/* The status, once the answer is there whole; 0 until then. */
static int status_of(struct connection *connection) {
  char *end = memmem(connection->answer, connection->held, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  char *length = memmem(connection->answer, end - connection->answer, "\r\ncontent-length: ", 18);
  if (length == NULL) fail("an answer without a length");
  size_t whole = (end + 4 - connection->answer) + strtoul(length + 18, NULL, 10);
  return connection->held < whole ? 0 : atoi(connection->answer + 9);
}

/* Reads what has come; gives how many requests were answered. */
static size_t read_answers(int wait_ms) {
  struct epoll_event events[most_events];
  size_t answered = 0;
  int count = epoll_wait(watcher, events, most_events, wait_ms);
  for (int at = 0; at < count; at += 1) {
    struct connection *connection = &connections[events[at].data.u32];
    char *free_bytes = connection->answer + connection->held;
    errno = 0;
    ssize_t got = read(connection->socket, free_bytes, sizeof connection->answer - 1 - connection->held);
    if (got < 0 && errno == EAGAIN) continue;
    if (got <= 0) fail("a connection was closed");
    connection->held += got;
    connection->answer[connection->held] = 0;
    int status = status_of(connection);
    if (status == 0) continue;
    struct record *record = &records[connection->record];
    record->answered_ms = now_ms() - connection->sent;
    record->status = status;
    record->marked = *marker != 0 && memmem(connection->answer, connection->held, marker, strlen(marker)) != NULL;
    idle[(idle_first + idle_count) % connection_count] = events[at].data.u32;
    idle_count += 1;
    answered += 1;
  }
  return answered;
}

static double next_gap_ms(uint64_t *state, double rate) {
  /* xorshift64*, Vigna 2016 */
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  double uniform = ((*state * 2685821657736338717ULL) >> 11) * 0x1p-53;
  return -1e3 * log1p(-uniform) / rate;
}

int main(int count, char **args) {
  if (count != 7) fail("openLoop PORT REQUESTS RATE SECONDS CONNECTIONS MARKER");
  double rate = atof(args[3]), lasts_ms = 1e3 * atof(args[4]);
  connection_count = strtoul(args[5], NULL, 10);
  marker = args[6];
  read_requests(args[2]);
  connections = calloc(connection_count, sizeof *connections);
  idle = calloc(connection_count, sizeof *idle);
  size_t most_records = connection_count + (size_t)(1.2 * rate * lasts_ms / 1e3) + 1000;
  records = calloc(most_records, sizeof *records);
  watcher = epoll_create1(0);
  errno = 0;
  for (size_t at = 0; at < connection_count; at += 1) {
    open_connection(&connections[at], atoi(args[1]));
    ask(&connections[at], 0, now_ms());
    while (read_answers(-1) == 0);
  }
  uint64_t random = 9;
  double began = now_ms(), due = next_gap_ms(&random, rate);
  size_t unanswered = 0;
  while (due < lasts_ms || unanswered > 0) {
    double now = now_ms() - began;
    if (now > lasts_ms + grace_ms) break;
    while (due <= now && due < lasts_ms && idle_count > 0) {
      if (record_count == most_records) fail("more requests than were expected");
      records[record_count].request = record_count % request_count;
      ask(&connections[idle[idle_first]], record_count++, began + due);
      idle_first = (idle_first + 1) % connection_count;
      idle_count -= 1;
      unanswered += 1;
      due += next_gap_ms(&random, rate);
    }
    unanswered -= read_answers(0);
  }
  if (fwrite(records, sizeof *records, record_count, stdout) != record_count) fail("standard output");
  return 0;
}

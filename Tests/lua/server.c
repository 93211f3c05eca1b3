/* A web server for tests: serves the files of a folder on localhost, one request after the other.
 *
 *   server FOLDER FILE   writes its port to FILE and serves until it is killed, or for a minute
 *
 * A path that ends in "cut" is promised longer than it is. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void answer(int client, const char *folder) {
  char request[4096], path[4096], head[200];
  static char body[1 << 16];
  ssize_t got = read(client, request, sizeof request - 1);
  char *name, *end;
  FILE *file;
  size_t size;
  if (got <= 0) return;
  request[got] = '\0';
  name = strchr(request, '/');
  end = name == NULL ? NULL : strchr(name, ' ');
  if (end == NULL || strstr(name, "..") != NULL) return;
  *end = '\0';
  snprintf(path, sizeof path, "%s%s", folder, name);
  file = fopen(path, "rb");
  if (file == NULL) {
    snprintf(head, sizeof head, "HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    if (write(client, head, strlen(head)) < 0) return;
    return;
  }
  fseek(file, 0, SEEK_END);
  size = (size_t)ftell(file);
  rewind(file);
  snprintf(head, sizeof head, "HTTP/1.0 200 OK\r\nContent-Length: %lu\r\n\r\n",
           (unsigned long)(size + (strstr(name, "cut") != NULL ? 100 : 0)));
  if (write(client, head, strlen(head)) >= 0) {
    while ((size = fread(body, 1, sizeof body, file)) > 0 && write(client, body, size) == (ssize_t)size) continue;
  }
  fclose(file);
}

int main(int count, char **arguments) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  FILE *file;
  if (count != 3 || listener < 0) return 2;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 8) != 0) return 2;
  if (getsockname(listener, (struct sockaddr *)&address, &length) != 0) return 2;
  file = fopen(arguments[2], "w");
  if (file == NULL) return 2;
  fprintf(file, "%d\n", ntohs(address.sin_port));
  fclose(file);
  alarm(60);
  for (;;) {
    int client = accept(listener, NULL, NULL);
    if (client < 0) continue;
    answer(client, arguments[1]);
    close(client);
  }
}

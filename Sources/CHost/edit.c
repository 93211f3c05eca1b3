/* libedit: the terminal, the history and its file, Tab and Ctrl-C. */
#include "host.h"

#include <fcntl.h>
#include <histedit.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { KEPT = 2000 /* lines of history */ };

static EditLine *editor;
static History *past;
static const char *prompt = "> ";
static int was_cancelled;
static char *(*complete)(const char *before, size_t *replaced);

static char *show_prompt(EditLine *e) {
  (void)e;
  return (char *)prompt;
}

/* Ctrl-C arrives as a key, because a signal would leave libedit in the middle of its work. */
static unsigned char cancel(EditLine *e, int key) {
  (void)e, (void)key;
  was_cancelled = 1;
  fputs("^C\n", stdout);
  fflush(stdout);
  return CC_EOF;
}

/* Ctrl-D ends on an empty line and deletes in others. */
static unsigned char end_or_delete(EditLine *e, int key) {
  (void)key;
  const LineInfo *line = el_line(e);
  if (line->lastchar == line->buffer) {
    fputc('\n', stdout);
    return CC_EOF;
  }
  if (line->cursor == line->lastchar) return CC_ERROR;
  el_cursor(e, 1);
  el_deletestr(e, 1);
  return CC_REFRESH;
}

/* Candidates below the line, in columns. */
static void show(char *list, size_t count, size_t widest) {
  struct winsize size = {0};
  ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
  size_t columns = (size.ws_col > 0 ? size.ws_col : 80) / (widest + 2);
  if (columns == 0) columns = 1;
  fputc('\n', stdout);
  size_t shown = 0;
  for (char *word = strtok(list, "\n"); word != NULL; word = strtok(NULL, "\n")) {
    if (++shown > 240) {
      printf("... and %zu more", count - shown + 1);
      break;
    }
    printf("%-*s%s", (int)widest + 2, word, shown % columns == 0 ? "\n" : "");
  }
  if (shown % columns != 0 || shown > 240) fputc('\n', stdout);
  fflush(stdout);
}

static unsigned char on_tab(EditLine *e, int key) {
  (void)key;
  const LineInfo *line = el_line(e);
  size_t length = (size_t)(line->cursor - line->buffer), replaced = 0;
  char *before = strndup(line->buffer, length);
  char *list = before != NULL && complete != NULL ? complete(before, &replaced) : NULL;
  free(before);
  if (list == NULL || list[0] == 0) {
    free(list);
    return CC_ERROR;
  }
  size_t count = 0, widest = 0, common = strcspn(list, "\n");
  for (const char *word = list; *word != 0;) {
    size_t size = strcspn(word, "\n"), same = 0;
    while (same < common && same < size && word[same] == list[same]) same++;
    common = same;
    if (size > widest) widest = size;
    count++;
    word += size + (word[size] != 0);
  }
  /* Never half a character. */
  while (common > replaced && (list[common] & 0xC0) == 0x80) common--;
  unsigned char result = CC_REDISPLAY;
  if (common > replaced) {
    char *text = strndup(list + replaced, common - replaced);
    if (text != NULL && el_insertstr(e, text) == 0) result = CC_REFRESH;
    free(text);
  } else if (count > 1) {
    show(list, count, widest);
  } else {
    result = CC_NORM;
  }
  free(list);
  return result;
}

int hqnn_edit_start(const char *history_path) {
  editor = el_init("hqlua", stdin, stdout, stderr);
  past = history_init();
  if (editor == NULL || past == NULL) return 0;
  HistEvent event;
  history(past, &event, H_SETSIZE, KEPT);
  history(past, &event, H_SETUNIQUE, 1);
  if (history_path != NULL) history(past, &event, H_LOAD, history_path);
  el_set(editor, EL_EDITOR, "emacs");
  el_set(editor, EL_HIST, history, past);
  el_set(editor, EL_PROMPT, show_prompt);
  el_set(editor, EL_ADDFN, "hqlua-complete", "Completes names", on_tab);
  el_set(editor, EL_ADDFN, "hqlua-cancel", "Gives the line up", cancel);
  el_set(editor, EL_ADDFN, "hqlua-end", "Ends, or deletes a letter", end_or_delete);
  el_set(editor, EL_BIND, "^I", "hqlua-complete", NULL);
  el_set(editor, EL_BIND, "^R", "em-inc-search-prev", NULL);
  el_set(editor, EL_BIND, "\033[1;5C", "em-next-word", NULL);
  el_set(editor, EL_BIND, "\033[1;5D", "ed-prev-word", NULL);
  el_source(editor, NULL);
  el_set(editor, EL_SETTY, "-d", "-isig", NULL);
  el_set(editor, EL_BIND, "^C", "hqlua-cancel", NULL);
  el_set(editor, EL_BIND, "^D", "hqlua-end", NULL);
  return 1;
}

char *hqnn_edit_read(const char *text, int *cancelled) {
  prompt = text;
  was_cancelled = 0;
  int length = 0;
  const char *line = el_gets(editor, &length);
  *cancelled = was_cancelled;
  if (was_cancelled) {
    el_reset(editor);
    return NULL;
  }
  if (line == NULL || length <= 0) return NULL;
  size_t size = (size_t)length;
  if (line[size - 1] == '\n') size--;
  return strndup(line, size);
}

void hqnn_edit_remember(const char *line) {
  HistEvent event;
  if (line[0] != 0) history(past, &event, H_ENTER, line);
}

void hqnn_edit_completer(char *(*asked)(const char *before, size_t *replaced)) { complete = asked; }

void hqnn_edit_finish(const char *path) {
  char temporary[PATH_MAX];
  HistEvent event;
  if (path != NULL && snprintf(temporary, sizeof temporary, "%s.%ld", path, (long)getpid()) < PATH_MAX) {
    int written = history(past, &event, H_SAVE, temporary);
    int file = written >= 0 ? open(temporary, O_RDONLY | O_CLOEXEC) : -1;
    if (file >= 0) {
      fsync(file);
      close(file);
      if (rename(temporary, path) != 0) unlink(temporary);
    }
  }
  history_end(past);
  el_end(editor);
  past = NULL;
  editor = NULL;
}

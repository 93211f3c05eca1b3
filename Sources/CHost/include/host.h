/* The parts of the program hqlua that are C.  waiting.c needs no declaration: it runs before main.
 *
 * Lines typed by a person, with history and completion: libedit behind a few functions, because Swift calls no
 * function with `...`.  For one thread of a program. */
#ifndef HQNN_HOST_H
#define HQNN_HOST_H

#include <stddef.h>

/* Takes the history from a file, if it is there; 0 when the terminal cannot be edited on. */
int hqnn_edit_start(const char *history);
/* A line without its end, from malloc; NULL at the end of the input, and after Ctrl-C, which is then 1. */
char *hqnn_edit_read(const char *prompt, int *cancelled);
void hqnn_edit_remember(const char *line);
/* complete: what is before the cursor; out: how many of its bytes are to be replaced, and the candidates from malloc,
 * one per line, or NULL. */
void hqnn_edit_completer(char *(*complete)(const char *before, size_t *replaced));
/* Writes the history to a file, if it can. */
void hqnn_edit_finish(const char *history);

#endif

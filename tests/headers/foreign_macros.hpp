// What windows.h, Qt and X11 define.
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define emit
#define slots
#define signals public
#define foreach(a, b) for (a : b)
#define small char
#define near
#define far
#define interface struct
#define IN
#define OUT
#define ERROR 0
#define DELETE (0x00010000L)
#define CALLBACK
#define CONST const
#define VOID void
#define TRUE 1
#define FALSE 0
#define NO_ERROR 0L
#define IGNORE 0
#define STRICT 1
#define None 0L
#define Bool int
#define Status int
#define check(x) \
  if (!(x)) return

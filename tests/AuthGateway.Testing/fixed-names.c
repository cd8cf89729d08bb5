/*
 * LD_PRELOAD: every name that ends in .test has the addresses of FIXED_NAMES (IPv4 or IPv6, apart by commas).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

typedef int lookup(const char *, const char *, const struct addrinfo *, struct addrinfo **);

int getaddrinfo(const char *restrict node, const char *restrict service, const struct addrinfo *restrict hints, struct addrinfo **restrict found)
{
    lookup *real = (lookup *)dlsym(RTLD_NEXT, "getaddrinfo");
    const char *fixed = getenv("FIXED_NAMES");
    size_t length = node ? strlen(node) : 0;
    if (!fixed || length < 5 || strcmp(node + length - 5, ".test") != 0)
    {
        return real(node, service, hints, found);
    }

    char *list = strdup(fixed), *rest = NULL;
    struct addrinfo **end = found;
    int result = EAI_NONAME;
    for (char *address = strtok_r(list, ",", &rest); address; address = strtok_r(NULL, ",", &rest))
    {
        if (real(address, service, hints, end) == 0)
        {
            result = 0;
            while (*end)
            {
                end = &(*end)->ai_next;
            }
        }
    }

    free(list);
    return result;
}

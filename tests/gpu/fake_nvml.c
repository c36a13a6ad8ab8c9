/* An NVML library that plays a script, so that the meter is tested where there is no GPU.
 *
 * FAKE_NVML_SCRIPT names a file of lines, read anew at every nvmlInit:
 *   init <code>                      nvmlInit fails with this vendor code
 *   gpu <uuid> <name> <mig> <mode> <token>...
 * mig is 0, 1, or - where the GPU knows no MIG; mode is the vendor's virtualisation mode.
 * Each read of the counter takes the next token: millijoules, or !code for a failed read. The last
 * token stays. Where a GPU stands in its tokens outlives nvmlShutdown, as a real counter does.
 *   live <uuid> <name>
 * A live GPU has no tokens: its counter is the power in the file FAKE_NVML_POWER (milliwatts), summed
 * over the machine's own time and refreshed every 20 ms.
 * FAKE_NVML_LOG, if set, gets one line for each nvmlInit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SUCCESS = 0, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, GPUS = 4, TOKENS = 64 };

struct gpu {
    char uuid[64], name[64], mig[4];
    unsigned mode, tokens, is_live;
    double millijoules, at;
    char token[TOKENS][24];
};

static struct gpu gpus[GPUS];
static unsigned next_token[GPUS], count;
static int is_open;

static void read_gpu(struct gpu *gpu, char *words)
{
    int used = 0;
    memset(gpu, 0, sizeof *gpu);
    sscanf(words, "%63s %63s %3s %u%n", gpu->uuid, gpu->name, gpu->mig, &gpu->mode, &used);
    for (words = strtok(words + used, " \n"); words && gpu->tokens < TOKENS; words = strtok(NULL, " \n"))
        snprintf(gpu->token[gpu->tokens++], sizeof gpu->token[0], "%s", words);
}

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static unsigned live_milliwatts(void)
{
    const char *path = getenv("FAKE_NVML_POWER");
    FILE *file = path ? fopen(path, "r") : NULL;
    unsigned milliwatts = 0;
    if (file) {
        if (fscanf(file, "%u", &milliwatts) != 1)
            milliwatts = 0;
        fclose(file);
    }
    return milliwatts;
}

static void read_live(struct gpu *gpu, char *words)
{
    memset(gpu, 0, sizeof *gpu);
    sscanf(words, "%63s %63s", gpu->uuid, gpu->name);
    gpu->mig[0] = '0';
    gpu->is_live = 1;
    gpu->at = now_seconds();
}

static int read_script(void)
{
    char line[4096];
    const char *path = getenv("FAKE_NVML_SCRIPT");
    FILE *script = path ? fopen(path, "r") : NULL;
    int code = SUCCESS;
    count = 0;
    if (!script)
        return 9;
    while (fgets(line, sizeof line, script)) {
        if (!strncmp(line, "init ", 5))
            code = atoi(line + 5);
        else if (!strncmp(line, "gpu ", 4) && count < GPUS)
            read_gpu(&gpus[count++], line + 4);
        else if (!strncmp(line, "live ", 5) && count < GPUS)
            read_live(&gpus[count++], line + 5);
    }
    fclose(script);
    return code;
}

int nvmlInitWithFlags(unsigned flags)
{
    const char *path = getenv("FAKE_NVML_LOG");
    FILE *log = path ? fopen(path, "a") : NULL;
    int code = read_script();
    (void)flags;
    if (log) {
        fprintf(log, "init %d\n", code);
        fclose(log);
    }
    is_open = code == SUCCESS;
    return code;
}

int nvmlShutdown(void)
{
    int was_open = is_open;
    is_open = 0;
    return was_open ? SUCCESS : UNINITIALIZED;
}

const char *nvmlErrorString(int code)
{
    (void)code;
    return "an error of the test";
}

int nvmlSystemGetDriverVersion(char *version, unsigned length)
{
    snprintf(version, length, "550.0-fake");
    return SUCCESS;
}

int nvmlDeviceGetCount_v2(unsigned *found)
{
    *found = count;
    return is_open ? SUCCESS : UNINITIALIZED;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **handle)
{
    if (!is_open)
        return UNINITIALIZED;
    if (index >= count)
        return INVALID_ARGUMENT;
    *handle = &gpus[index];
    return gpus[index].uuid[0] == '!' ? atoi(gpus[index].uuid + 1) : SUCCESS;
}

int nvmlDeviceGetUUID(struct gpu *gpu, char *uuid, unsigned length)
{
    snprintf(uuid, length, "%s", gpu->uuid);
    return SUCCESS;
}

int nvmlDeviceGetName(struct gpu *gpu, char *name, unsigned length)
{
    snprintf(name, length, "%s", gpu->name);
    return SUCCESS;
}

int nvmlDeviceGetMigMode(struct gpu *gpu, unsigned *current, unsigned *pending)
{
    *current = *pending = gpu->mig[0] == '1';
    return gpu->mig[0] == '-' ? NOT_SUPPORTED : SUCCESS;
}

int nvmlDeviceGetVirtualizationMode(struct gpu *gpu, unsigned *mode)
{
    *mode = gpu->mode;
    return SUCCESS;
}

int nvmlDeviceGetTotalEnergyConsumption(struct gpu *gpu, unsigned long long *millijoules)
{
    unsigned *next = &next_token[gpu - gpus];
    const char *token;
    if (!is_open)
        return UNINITIALIZED;
    if (gpu->is_live) {
        double passed = now_seconds() - gpu->at;
        if (passed >= 0.02) {
            gpu->millijoules += live_milliwatts() * passed;
            gpu->at += passed;
        }
        *millijoules = (unsigned long long)gpu->millijoules;
        return SUCCESS;
    }
    if (!gpu->tokens)
        return NOT_SUPPORTED;
    token = gpu->token[*next < gpu->tokens ? *next : gpu->tokens - 1];
    ++*next;
    if (token[0] == '!')
        return atoi(token + 1);
    *millijoules = strtoull(token, NULL, 10);
    return SUCCESS;
}

int nvmlDeviceGetPowerUsage(struct gpu *gpu, unsigned *milliwatts)
{
    *milliwatts = gpu->is_live ? live_milliwatts() : 71500;
    return gpu->mig[0] == '-' ? NOT_SUPPORTED : SUCCESS;
}

/*
 * Teaches OpenIPMI's ipmi_sim one command of DCMI, Get Power Reading.
 *
 * It is loaded by `loadlib "FILE" "WATTS"` in lan.conf. The power is WATTS now, 12 at least, 305 at most, 150 on average, over a second.
 * With WATTS 0 the BMC says that it does not measure.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <OpenIPMI/serv.h>

#include <OpenIPMI/mcserv.h>

#define DCMI 0xdc
#define GET_POWER_READING 0x02
#define INVALID_COMMAND 0xc1
#define MEASURING 0x40

static unsigned int watts;

static void on_dcmi(lmc_data_t *mc, msg_t *msg, unsigned char *answer, unsigned int *length, void *data)
{
    const unsigned int readings[4] = {watts, 12, 305, 150};
    (void)mc;
    (void)data;
    answer[0] = msg->cmd == GET_POWER_READING ? 0 : INVALID_COMMAND;
    *length = 1;
    if (msg->cmd != GET_POWER_READING)
        return;
    answer[1] = DCMI;
    for (int i = 0; i < 4; i++) {
        answer[2 + 2 * i] = readings[i] & 0xff;
        answer[3 + 2 * i] = readings[i] >> 8;
    }
    for (int i = 10; i < 18; i++)
        answer[i] = 0; /* the time, and the period in ms */
    answer[14] = 1000 & 0xff;
    answer[15] = 1000 >> 8;
    answer[18] = watts == 0 ? 0 : MEASURING;
    *length = 19;
}

int ipmi_sim_module_print_version(sys_data_t *sys, char *options)
{
    (void)sys;
    (void)options;
    return 0;
}

int ipmi_sim_module_init(sys_data_t *sys, const char *options)
{
    (void)sys;
    watts = options ? (unsigned int)atoi(options) : 0;
    ipmi_emu_register_group_extension_handler(DCMI, on_dcmi, NULL);
    return 0;
}

/* hqnn's Lua files as part of the library, so that `require "hqnn"` needs one file only.
 * A new one needs an array and a line in the table; hqnn.init comes first. */
#include "trampoline.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const char init_lua[] = {
#embed "../../lua/hqnn/init.lua"
};
static const char options_lua[] = {
#embed "../../lua/hqnn/options.lua"
};
static const char random_lua[] = {
#embed "../../lua/hqnn/random.lua"
};
static const char tensor_lua[] = {
#embed "../../lua/hqnn/tensor.lua"
};
static const char loss_lua[] = {
#embed "../../lua/hqnn/loss.lua"
};
static const char angle_lua[] = {
#embed "../../lua/hqnn/angle.lua"
};
static const char gate_lua[] = {
#embed "../../lua/hqnn/gate.lua"
};
static const char builder_lua[] = {
#embed "../../lua/hqnn/builder.lua"
};
static const char batch_lua[] = {
#embed "../../lua/hqnn/batch.lua"
};
static const char state_lua[] = {
#embed "../../lua/hqnn/state.lua"
};
static const char states_lua[] = {
#embed "../../lua/hqnn/states.lua"
};
static const char curvature_lua[] = {
#embed "../../lua/hqnn/curvature.lua"
};
static const char circuit_lua[] = {
#embed "../../lua/hqnn/circuit.lua"
};
static const char analysis_lua[] = {
#embed "../../lua/hqnn/analysis.lua"
};
static const char noise_lua[] = {
#embed "../../lua/hqnn/noise.lua"
};
static const char ansatz_lua[] = {
#embed "../../lua/hqnn/ansatz.lua"
};
static const char interchange_lua[] = {
#embed "../../lua/hqnn/interchange.lua"
};
static const char initializers_lua[] = {
#embed "../../lua/hqnn/initializers.lua"
};
static const char containers_lua[] = {
#embed "../../lua/hqnn/containers.lua"
};
static const char json_lua[] = {
#embed "../../lua/hqnn/json.lua"
};
static const char custom_lua[] = {
#embed "../../lua/hqnn/custom.lua"
};
static const char layers_lua[] = {
#embed "../../lua/hqnn/layers.lua"
};
static const char files_lua[] = {
#embed "../../lua/hqnn/files.lua"
};
static const char optim_lua[] = {
#embed "../../lua/hqnn/optim.lua"
};
static const char schedule_lua[] = {
#embed "../../lua/hqnn/schedule.lua"
};
static const char stats_lua[] = {
#embed "../../lua/hqnn/stats.lua"
};
static const char repeats_lua[] = {
#embed "../../lua/hqnn/repeats.lua"
};
static const char transform_lua[] = {
#embed "../../lua/hqnn/transform.lua"
};
static const char inventory_lua[] = {
#embed "../../lua/hqnn/inventory.lua"
};
static const char data_lua[] = {
#embed "../../lua/hqnn/data.lua"
};
static const char progress_lua[] = {
#embed "../../lua/hqnn/progress.lua"
};
static const char adversarial_lua[] = {
#embed "../../lua/hqnn/adversarial.lua"
};
static const char certify_lua[] = {
#embed "../../lua/hqnn/certify.lua"
};
static const char defence_lua[] = {
#embed "../../lua/hqnn/defence.lua"
};
static const char checkpoint_lua[] = {
#embed "../../lua/hqnn/checkpoint.lua"
};
static const char fit_lua[] = {
#embed "../../lua/hqnn/fit.lua"
};
static const char attack_lua[] = {
#embed "../../lua/hqnn/attack.lua"
};
static const char robustness_lua[] = {
#embed "../../lua/hqnn/robustness.lua"
};
static const char perturbation_lua[] = {
#embed "../../lua/hqnn/perturbation.lua"
};
static const char ablation_lua[] = {
#embed "../../lua/hqnn/ablation.lua"
};
static const char audit_lua[] = {
#embed "../../lua/hqnn/audit.lua"
};
static const char table_lua[] = {
#embed "../../lua/hqnn/table.lua"
};
static const char inspect_lua[] = {
#embed "../../lua/hqnn/inspect.lua"
};
static const char complete_lua[] = {
#embed "../../lua/hqnn/complete.lua"
};
static const char repl_lua[] = {
#embed "../../lua/hqnn/repl.lua"
};
static const char paths_lua[] = {
#embed "../../lua/hqnn/paths.lua"
};
static const char sandbox_lua[] = {
#embed "../../lua/hqnn/sandbox.lua"
};
static const char brief_lua[] = {
#embed "../../lua/hqnn/brief.lua"
};
static const char check_lua[] = {
#embed "../../lua/hqnn/check.lua"
};
static const char draw_lua[] = {
#embed "../../lua/hqnn/draw.lua"
};

#define FILE_OF(name) {"hqnn." #name, "=hqnn/" #name ".lua", name##_lua, sizeof name##_lua}
const hqnn_lua_file hqnn_lua_files[] = {
    FILE_OF(init),
    FILE_OF(options),
    FILE_OF(random),
    FILE_OF(tensor),
    FILE_OF(loss),
    FILE_OF(angle),
    FILE_OF(gate),
    FILE_OF(builder),
    FILE_OF(batch),
    FILE_OF(state),
    FILE_OF(states),
    FILE_OF(curvature),
    FILE_OF(circuit),
    FILE_OF(analysis),
    FILE_OF(noise),
    FILE_OF(ansatz),
    FILE_OF(interchange),
    FILE_OF(initializers),
    FILE_OF(containers),
    FILE_OF(json),
    FILE_OF(custom),
    FILE_OF(layers),
    FILE_OF(files),
    FILE_OF(optim),
    FILE_OF(schedule),
    FILE_OF(stats),
    FILE_OF(repeats),
    FILE_OF(transform),
    FILE_OF(inventory),
    FILE_OF(data),
    FILE_OF(progress),
    FILE_OF(adversarial),
    FILE_OF(certify),
    FILE_OF(defence),
    FILE_OF(checkpoint),
    FILE_OF(fit),
    FILE_OF(attack),
    FILE_OF(audit),
    FILE_OF(ablation),
    FILE_OF(robustness),
    FILE_OF(perturbation),
    FILE_OF(table),
    FILE_OF(inspect),
    FILE_OF(complete),
    FILE_OF(repl),
    FILE_OF(draw),
    FILE_OF(check),
    FILE_OF(brief),
    FILE_OF(sandbox),
    FILE_OF(paths),
};
const int hqnn_lua_file_count = sizeof hqnn_lua_files / sizeof *hqnn_lua_files;

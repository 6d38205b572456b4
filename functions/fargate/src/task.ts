import { makeOnnxLoader } from '@aion/adapters/onnx/tensor-model-loader';
import { cloudHostWith } from '@aion/runtime/cloud/functions';
import { lakeTools } from '@aion/runtime/cloud/lake-tools';
import { runTaskCommand } from '@aion/runtime/cloud/task-command';

// `stage NAME --run ID`: one task of a run, with the model runtime.
const models = makeOnnxLoader({ threads: 2 });
process.exitCode = await runTaskCommand(process.argv.slice(2), () => cloudHostWith({ ...lakeTools, models }));

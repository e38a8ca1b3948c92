/** Values of known variables that do not do what they seem to. Pure. */

const OFF = /^(?:0|no|off|false|disabled?)$/i;
/** Algorithm families and single solvers that are on unless switched off; from MIOpen's debug-log documentation and its source. */
const FAMILY = /^MIOPEN_DEBUG_CONV_(?:GEMM|DIRECT|WINOGRAD|IMPLICIT_GEMM|FFT)$/;
const KERNELS =
  /^MIOPEN_DEBUG_(?:GCN_ASM_KERNELS|HIP_KERNELS|OPENCL_CONVOLUTIONS|AMD_ASM_KERNELS_PERF_FILTERING|CONV_IMMED_FALLBACK)$/;
const SOLVERS = [
  /^MIOPEN_DEBUG_CONV_DIRECT_ASM_(?:3X3U|1X1U|1X1UV2|5X10U2V2|7X7C3H224W224|WRW3X3|WRW1X1)$/,
  /^MIOPEN_DEBUG_CONV_DIRECT_OCL_(?:FWD|FWD1X1|FWD11X11|FWDGEN|FWD3X3|WRW2|WRW53|WRW1X1)$/,
  /^MIOPEN_DEBUG_CONV_DIRECT_NAIVE_CONV_(?:FWD|BWD|WRW)$/,
  /^MIOPEN_DEBUG_AMD_(?:WINOGRAD_3X3|WINOGRAD_RXS(?:_WRW|_FWD_BWD|_F3X2|_F2X3|_F2X3_G1)?|WINOGRAD_MPASS_F\dX\d|MP_BD_WINOGRAD_F\dX3|FUSED_WINOGRAD)$/,
  /^MIOPEN_DEBUG_CONV_IMPLICIT_GEMM_(?:ASM_(?:FWD_V4R1|FWD_V4R1_1X1|BWD_V4R1|WRW_V4R1)|HIP_(?:FWD_V4R1|FWD_V4R4|BWD_V1R1|BWD_V4R1|WRW_V4R4))$/,
];

/** What a reader must know of NAME=value, or null. */
export function noOp(name: string, value: string): string | null {
  if (OFF.test(value)) return null;
  if (FAMILY.test(name))
    return `${name}=${value} is a no-op: the family is on anyway, and only 0 has an effect. To use one family alone, set the other four to 0.`;
  if (KERNELS.test(name)) return `${name}=${value} is a no-op: it is on anyway, and only 0 has an effect.`;
  if (SOLVERS.some((solvers) => solvers.test(name)))
    return `${name}=${value} is a no-op: the solver is on anyway, and only 0 has an effect. To try one solver alone, use MIOPEN_DEBUG_FIND_ONLY_SOLVER.`;
  return null;
}

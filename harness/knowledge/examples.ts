/** What help and messages name as an example: a matrix that comes with the program, and a case of it. Pure. */
export const EXAMPLE_MATRIX = 'matrices/conv2d.yml';
export const CASE_EXAMPLE = 'in_channels=16,out_channels=32,size=48';

export * from './beat.ts';
export * from './daily-times.ts';
export * from './timetable.ts';

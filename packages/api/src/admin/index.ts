export { quarantinePage } from './quarantine-page.ts';
export { reviewRow } from './review-row.ts';
export { toImportDto, UPLOAD_CAPS } from './import-report-dto.ts';

import { REFUSED_FILES, testUploads } from './uploads.ts';

testUploads({ atOnce: 6, refused: REFUSED_FILES });

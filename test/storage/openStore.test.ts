import { describe, expect, test } from 'vitest';
import { openStore } from '../../storage/openStore.ts';
import { s3Place } from '../../storage/s3/s3Place.ts';

describe("a store's address", () => {
  test('names bucket, prefix, endpoint, region and the style of paths', () => {
    expect(s3Place('s3://bucket')).toEqual({ bucket: 'bucket' });
    expect(s3Place('s3://bucket/a/b/?region=eu-west-1')).toEqual({
      bucket: 'bucket',
      prefix: 'a/b',
      region: 'eu-west-1',
    });
    expect(s3Place('s3://my.bucket-1/a?endpoint=http://127.0.0.1:7070&pathStyle=false')).toEqual({
      bucket: 'my.bucket-1',
      prefix: 'a',
      endpoint: 'http://127.0.0.1:7070',
      forcePathStyle: false,
    });
  });

  test.each([
    's3://',
    's3://Bucket',
    's3://bucket:80/a',
    's3://bucket/a//b',
    's3://bucket/a%2Fb',
    's3://bucket?endpoint=127.0.0.1:7070',
    's3://bucket?pathStyle=yes',
    's3://bucket?regoin=eu-west-1',
    'gs://bucket/a',
    'https://bucket.s3.amazonaws.com',
  ])('%s is refused', (location) => {
    expect(() => openStore(location, 'copies')).toThrow(expect.objectContaining({ code: 'input.invalid' }));
  });

  test.each(['s3://key:secret@bucket/a', 's3://bucket?endpoint=http://key:secret@127.0.0.1'])(
    'credentials in it are refused, and not repeated: %s',
    (location) => {
      expect(() => openStore(location, 'copies')).toThrow(/credentials(?!.*secret)/);
    },
  );
});

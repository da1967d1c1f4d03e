import type { TObject } from '@sinclair/typebox'
import { plain, tokenSchema } from './operation.ts'

/** The request body of the upload, which no plugin can derive: we read it ourselves. */
export const uploadBody = (params: TObject): object => ({
  required: true,
  content: {
    'multipart/form-data': {
      schema: {
        type: 'object',
        required: ['data', ...(params.required ?? [])],
        properties: {
          token: tokenSchema,
          ...Object.fromEntries(
            Object.entries(params.properties).map(([name, field]) => [name, plain(field)]),
          ),
          data: { type: 'string', format: 'binary', description: '视频数据' },
        },
      },
    },
  },
})

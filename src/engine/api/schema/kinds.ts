import { types } from '../schemaOfKinds.generated.ts'
import { otherTypes } from './schema.ts'
import { marksOfKinds } from './tablesOfKinds.ts'

otherTypes.bring({ types, marks: marksOfKinds })

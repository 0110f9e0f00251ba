// The planted bugs: each is one that somebody could write, and one that the checkers must find.

import { corePlants } from './core-plants.ts'
import type { Plant } from './plant.ts'
import { policyPlants } from './policy-plants.ts'
import { servicePlants } from './service-plants.ts'
import { workerPlants } from './worker-plants.ts'

export const plants: readonly Plant[] = [...corePlants, ...policyPlants, ...servicePlants, ...workerPlants]

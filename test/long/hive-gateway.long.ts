import { describe } from 'vitest';
import { recipeOfRouter } from '../helpers/recipeOfRouter.ts';

describe('examples/hive-gateway', recipeOfRouter('hive-gateway'));

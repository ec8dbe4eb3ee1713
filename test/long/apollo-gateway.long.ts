import { describe } from 'vitest';
import { recipeOfRouter } from '../helpers/recipeOfRouter.ts';

describe('examples/apollo-gateway', recipeOfRouter('apollo-gateway'));
